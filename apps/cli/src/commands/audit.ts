import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  type AuditVerdict,
  checkpointFileIn,
  type PublicJwk,
  type Retention,
  publicJwkOf,
  signingKeyFile,
  verifyAudit,
} from '@watchword/auditor'
import type { Command } from 'commander'
import { type AuditClientOptions, withAuditClient, withAuditOptions } from '../cluster/audit-client.ts'
import { type ExitCode, type Terminal, UsageError } from '../terminal.ts'

type Options = AuditClientOptions &
  Readonly<{ checkpoints?: readonly string[]; publicKey?: readonly string[]; trimmed?: true | string; json?: true }>

export function registerAudit(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const audit = program.command('audit').description('The stored records of the log')
  withAuditOptions(audit.command('verify'))
    .description(
      'Make the chains of all stored records again and hold them against the signed checkpoints; exit 1 and the first bad record of each unless all is well',
    )
    .option(
      '--checkpoints <file...>',
      "files of checkpoints, such as another machine's; default: that of the data folder",
    )
    .option('--public-key <file...>', 'JWKs whose signatures are believed; default: the key of the data folder')
    .option(
      '--trimmed [day]',
      'the oldest records were removed on purpose, those stored before the day (such as 2026-01-31, UTC) or any: believe the first one that is left of each chain; default: those that have expired by audit.recordsRetentionDays',
    )
    .option('--json', 'print the verdict as JSON')
    .action(async (options: Options) => {
      const checkpoints = await checkpointsOf(options)
      const keys = await keysOf(options)
      const verdict = await withAuditClient(options, terminal, ({ client, retention }) =>
        verifyAudit(client, { checkpoints, keys, ...removedOf(options, retention) }),
      )
      for (const line of options.json ? [JSON.stringify(verdict)] : linesOf(verdict)) terminal.out(line)
      if (!isWhole(verdict)) finish(1)
    })
}

async function checkpointsOf({ checkpoints, data }: Options): Promise<readonly string[]> {
  const own = checkpointFileIn(data)
  const files = checkpoints ?? (existsSync(own) ? [own] : [])
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== ''))
}

async function keysOf({ publicKey, data }: Options): Promise<readonly PublicJwk[]> {
  const own = signingKeyFile(data)
  const files = publicKey ?? (existsSync(own) ? [own] : [])
  if (files.length === 0) throw new UsageError('no --public-key, and no key in the data folder')
  return Promise.all(files.map(async (file) => publicJwkOf(await readFile(file, 'utf8'))))
}

const dayMs = 86_400_000

/** What was removed on purpose, and what has expired. The database is not asked: who can write to it may have removed something else. */
function removedOf({ trimmed }: Options, { recordsRetentionDays: days = 0 }: Retention): RemovedRecords {
  if (trimmed === true) return { removed: 'any' }
  if (trimmed !== undefined) return { removed: { before: timeOf(trimmed) } }
  return days === 0 ? {} : { removed: { before: Date.now() - days * dayMs } }
}

type RemovedRecords = Pick<Parameters<typeof verifyAudit>[1], 'removed'>

function timeOf(day: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN
  if (Number.isNaN(time)) throw new UsageError('--trimmed: no day such as 2026-01-31')
  return time
}

function isWhole({ faults, unsigned, checkpointFaults }: AuditVerdict): boolean {
  return !unsigned && faults.length + checkpointFaults.length === 0
}

function linesOf(verdict: AuditVerdict): readonly string[] {
  const { records, chains, checkpoints, beginnings, faults, unsigned, checkpointFaults } = verdict
  return [
    ...faults.map(({ code, topic, partition, offset }) => `BAD ${topic}-${partition}-${offset}: ${code}`),
    ...checkpointFaults.map(({ code, number }) => `BAD checkpoint ${number}: ${code}`),
    ...(unsigned ? ['BAD there is no checkpoint: whoever can write to the database may have made all of it'] : []),
    ...beginnings.map(beginningLine),
    `${records} records in ${chains} chains, ${checkpoints} checkpoints: ${outcomeOf(verdict)}`,
  ]
}

function beginningLine({ topic, partition, offset, checkpoint, follows }: AuditVerdict['beginnings'][number]): string {
  const signed = checkpoint === null ? 'before any checkpoint' : `behind checkpoint ${checkpoint}`
  const proven = follows ? 'which signed the record before it' : 'its link is believed, what follows is proven'
  return `FROM ${topic}-${partition}-${offset}: older records are gone, ${signed}, ${proven}`
}

function outcomeOf(verdict: AuditVerdict): string {
  if (!isWhole(verdict)) return 'not as it was stored'
  return verdict.checkpoints === 0 ? 'whole, but nothing is signed yet' : 'all as it was stored'
}
