import { parsePolicy } from '@watchword/policy'
import type { Command } from 'commander'
import { type ApiOptions, connectApi } from '../api.ts'
import { PolicyFileError, readPolicyFile } from '../platform/policy-file.ts'
import type { Terminal } from '../terminal.ts'
import { withApiOptions } from './options.ts'

type DiffOptions = ApiOptions & Readonly<{ json?: true }>

/** One place where two policies differ, a JSON pointer; without `from` it is new, without `to` it is gone. */
export type PolicyDifference = Readonly<{ pointer: string; from?: unknown; to?: unknown }>

export function registerPolicyDiff(policy: Command, terminal: Terminal): void {
  withApiOptions(policy.command('diff <file> [other]'))
    .description(
      'What another policy would change; without a second file: what this one would change on the running platform',
    )
    .option('--json', 'print one JSON difference per line')
    .action(async (file: string, other: string | undefined, options: DiffOptions) => {
      const from = other === undefined ? await policyInForce(options) : await readPolicyFile(file)
      const to = await readPolicyFile(other ?? file)
      for (const difference of policyDifferences(from, to))
        terminal.out(options.json ? JSON.stringify(difference) : lineOf(difference))
    })
}

async function policyInForce(options: DiffOptions) {
  const api = await connectApi(options)
  const { policy } = (await api.call('GET', '/v1/policy')) as { policy: unknown }
  const parsed = parsePolicy(JSON.stringify(policy))
  if (!parsed.ok) throw new PolicyFileError('the policy in force is not one that this build knows')
  return parsed.document
}

/** Where two policies differ, by pointer in the order of the members; lists are compared place by place. */
export function policyDifferences(from: unknown, to: unknown, pointer = ''): readonly PolicyDifference[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return []
  if (!isCollection(from) || !isCollection(to) || Array.isArray(from) !== Array.isArray(to))
    return [{ pointer: pointer || '/', ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }]
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted()
  return names.flatMap((name) => policyDifferences(from[name], to[name], `${pointer}/${escaped(name)}`))
}

function isCollection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** RFC 6901. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function lineOf({ pointer, from, to }: PolicyDifference): string {
  if (from === undefined) return `+ ${pointer}: ${JSON.stringify(to)}`
  if (to === undefined) return `- ${pointer}: ${JSON.stringify(from)}`
  return `~ ${pointer}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`
}
