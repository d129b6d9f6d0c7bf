import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { runCli } from '../../cli.ts'
import { type Ran, terminalOf } from '../../testing/command-line.ts'
import type { Finding } from '../finding.ts'

export type Environment = Readonly<Record<string, string>>

/** Runs one command with these variables, and no others of ours. */
export async function watchword(args: readonly string[], env: Environment = {}): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(args, terminalOf({ stdin: Readable.from([]), out, err, env }))
  return { code, out, err }
}

export const findingsOf = ({ out }: Pick<Ran, 'out'>): readonly Finding[] =>
  out.map((line) => JSON.parse(line) as Finding)

/** Those that are not well. */
export const badOf = (ran: Pick<Ran, 'out'>): readonly Finding[] =>
  findingsOf(ran).filter(({ severity }) => severity !== 'ok')

/** What the doctor says of services; it says no secret, and its exit code is that of what it has found. */
export async function examine(services: readonly string[], env: Environment): Promise<Ran> {
  const ran = await watchword(['doctor', '--json', '--services', ...services], env)
  assert.deepEqual(ran.err, [])
  assert.doesNotMatch(ran.out.join('\n'), /admin-secret|writer-secret|reader-secret|stranger-secret|guess/)
  const bad = badOf(ran)
  assert.equal(ran.code, bad.some(({ severity }) => severity === 'error') ? 1 : 0)
  for (const { remedy = '' } of bad) assert.notEqual(remedy, '')
  return ran
}

/** Code and setting of each finding, once. */
export async function codesOf(services: readonly string[], env: Environment): Promise<readonly string[]> {
  return [...new Set(badOf(await examine(services, env)).map(({ code, setting }) => `${code} ${setting}`))]
}
