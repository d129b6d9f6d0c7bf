import { fieldFaults, type NamedFault } from './field-faults.ts'
import type { FuzzAnswer, FuzzCase } from './fuzz-case.ts'

export type Asked = Pick<FuzzCase, 'method' | 'path' | 'kind' | 'changed' | 'secrets'>

type Problem = Readonly<{ type?: unknown; title?: unknown; status?: unknown; code?: unknown; errors?: unknown }>
type Result = Readonly<{ status?: unknown; problem?: Problem }>

/** What is wrong with an answer, by the rules of the public interface; nothing when it is as it should be. */
export function faultsOf(asked: Asked, answer: FuzzAnswer): readonly string[] {
  if (answer === undefined) return ['hangs']
  const { status, contentType, requestId, retryAfter, text } = answer
  const faults: string[] = []
  // Not being ready is an answer of its own kind, documented as such.
  if (status === 503 && asked.path.startsWith('/readyz')) return faults
  if (status >= 500 && status !== 503) faults.push('answers with a fault of the server')
  if (status === 503 && retryAfter === undefined) faults.push('says 503 without retry-after')
  if (status >= 300 && status < 400) faults.push('redirects')
  if (requestId === undefined) faults.push('has no x-request-id')
  if (status < 400) return [...faults, ...resultFaults(asked, text)]
  if (asked.secrets.some((secret) => text.includes(secret))) faults.push('tells a secret in a refusal')
  // The answer to HEAD has no body.
  if (asked.method === 'HEAD') return faults
  if (!contentType.startsWith('application/problem+json')) return [...faults, 'is no application/problem+json']
  const problem = parse(text)
  if (problem === undefined) return [...faults, 'is no JSON']
  if (!isProblem(problem, status)) faults.push('lacks type, title, status or code')
  return status === 400 || status === 422 ? [...faults, ...fieldFaults(asked, namedBy(problem))] : faults
}

/** The items of a batch are judged each by itself: what was not changed must not be refused. */
function resultFaults(asked: Asked, text: string): readonly string[] {
  const results = (parse(text) as { results?: unknown } | undefined)?.results
  if (!Array.isArray(results)) return []
  const named = (results as readonly Result[]).flatMap(({ status, problem = {} }, index) =>
    status === 'rejected' ? namedBy(problem, `/${index}`) : [],
  )
  return named.length > 0 ? fieldFaults(asked, named) : []
}

function namedBy({ code, errors }: Problem, prefix = ''): readonly NamedFault[] {
  // The code names the header itself.
  if (code === 'idempotency-key-reused') return [{ pointer: '/headers/idempotency-key' }]
  if (!Array.isArray(errors)) return prefix === '' ? [] : [{ pointer: prefix }]
  return (errors as readonly NamedFault[]).map((fault) => ({ ...fault, pointer: `${prefix}${fault.pointer}` }))
}

function parse(text: string): Problem | undefined {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return undefined
  }
}

function isProblem({ type, title, status: told, code }: Problem, status: number): boolean {
  return (
    type === `/problems/${String(code)}` && typeof title === 'string' && told === status && typeof code === 'string'
  )
}
