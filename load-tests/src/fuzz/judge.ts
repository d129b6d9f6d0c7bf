import type { FuzzCase } from './fuzz-case.ts'

/** What came back; `undefined`: nothing within the time that a request may take. */
export type FuzzAnswer =
  | Readonly<{
      status: number
      contentType: string
      requestId: string | undefined
      retryAfter: string | undefined
      text: string
    }>
  | undefined

type Problem = Readonly<{ type?: unknown; title?: unknown; status?: unknown; code?: unknown; errors?: unknown }>

/** What is wrong with an answer, by the rules of the public interface; nothing when it is as it should be. */
export function faultsOf(asked: FuzzCase, answer: FuzzAnswer, secret: string): readonly string[] {
  if (answer === undefined) return ['hangs']
  const { status, contentType, requestId, retryAfter, text } = answer
  const faults: string[] = []
  // Not being ready is an answer of its own kind, documented as such.
  if (status === 503 && asked.path.startsWith('/readyz')) return faults
  if (status >= 500 && status !== 503) faults.push('answers with a fault of the server')
  if (status === 503 && retryAfter === undefined) faults.push('says 503 without retry-after')
  if (status >= 300 && status < 400) faults.push('redirects')
  if (requestId === undefined) faults.push('has no x-request-id')
  if (text.includes(secret)) faults.push('tells the key')
  if (status < 400) return faults
  // The answer to HEAD has no body.
  if (asked.method === 'HEAD') return faults
  if (!contentType.startsWith('application/problem+json')) return [...faults, 'is no application/problem+json']
  const problem = parse(text)
  if (problem === undefined) return [...faults, 'is no JSON']
  if (!isProblem(problem, status)) faults.push('lacks type, title, status or code')
  if (asked.pointer !== undefined && (status === 400 || status === 422)) {
    const pointers = pointersOf(problem)
    if (pointers.length === 0) faults.push('names no field')
    else if (!pointers.every((pointer) => isIn(pointer, asked.names))) faults.push('names a field that nobody knows')
  }
  return faults
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

function pointersOf({ errors }: Problem): readonly string[] {
  if (!Array.isArray(errors)) return []
  return errors.flatMap((error: { pointer?: unknown }) => (typeof error.pointer === 'string' ? [error.pointer] : []))
}

/** Whether every step of a pointer is a name that the schema or the request has. */
function isIn(pointer: string, names: ReadonlySet<string>): boolean {
  const [, ...segments] = pointer.split('/')
  return segments
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .every((name) => names.has(name) || [...names].some((known) => known.startsWith(name)) || /^\d+$/.test(name))
}
