import { applyRetention, auditMigrations, planRetention, type RetentionChange } from '@watchword/auditor'
import { type Migration, migrate, planMigrations, renderStatement } from '@watchword/clickhouse'
import type { Command } from 'commander'
import { type AuditClientOptions, withAuditClient, withAuditOptions } from '../cluster/audit-client.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

type Options = AuditClientOptions & Readonly<{ json?: true; sql?: true }>
type Step = Readonly<{ status: 'applied' | 'pending' | 'unknown'; id: string; name?: string }>

export function registerClickhouse(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const clickhouse = program.command('clickhouse').description('The tables of the audit in ClickHouse')
  withAuditOptions(clickhouse.command('plan'))
    .description(
      'Say which steps the database has and which it needs, and which tables are to keep their rows for another time; exit 1 unless none; changes nothing',
    )
    .option('--sql', 'print the statements of the steps that it needs, as they would be sent')
    .option('--json', 'print one JSON object per step')
    .action(async (options: Options) => {
      await withAuditClient(options, terminal, async ({ client, cluster, retention }) => {
        const { applied, pending, unknown } = await planMigrations(client, auditMigrations)
        const topology = cluster === undefined ? {} : { cluster }
        print(
          applied.map((id) => stepOf('applied', id)),
          options,
          terminal,
        )
        print(
          unknown.map((id) => stepOf('unknown', id)),
          options,
          terminal,
        )
        print(
          pending.map(({ id }) => stepOf('pending', id)),
          options,
          terminal,
        )
        const changes = await planRetention(client, retention)
        print(
          changes.map((change) => retentionStep('pending', change)),
          options,
          terminal,
        )
        if (options.sql)
          for (const statement of [
            ...pending.flatMap(({ sql }) => sql),
            ...changes.flatMap(({ statements }) => statements),
          ])
            terminal.out(`${renderStatement(statement, topology)};`)
        if (pending.length + changes.length > 0) finish(1)
      })
    })
  withAuditOptions(clickhouse.command('apply'))
    .description(
      'Take the steps that the database needs, and have its tables keep their rows as long as configured; refused when a step that it has was changed',
    )
    .option('--json', 'print one JSON object per step')
    .action(async (options: Options) => {
      await withAuditClient(options, terminal, async ({ client, cluster, retention }) => {
        const topology = cluster === undefined ? {} : { cluster }
        const taken = await migrate(client, auditMigrations, topology)
        print(
          taken.map((id) => stepOf('applied', id)),
          options,
          terminal,
        )
        const changes = await applyRetention(client, retention, topology)
        print(
          changes.map((change) => retentionStep('applied', change)),
          options,
          terminal,
        )
      })
    })
}

const names = new Map(auditMigrations.map(({ id, name }: Migration) => [id, name]))

function stepOf(status: Step['status'], id: string): Step {
  const name = names.get(id)
  return name === undefined ? { status, id } : { status, id, name }
}

function retentionStep(status: Step['status'], { table, days, before }: RetentionChange): Step {
  return { status, id: 'kept', name: `${table} ${daysText(days)}, before: ${daysText(before)}` }
}

function daysText(days: number | undefined): string {
  if (days === undefined) return 'by a rule of its own'
  return days === 0 ? 'for ever' : `${days} days`
}

function print(steps: readonly Step[], { json }: Options, terminal: Terminal): void {
  for (const step of steps)
    terminal.out(
      json ? JSON.stringify(step) : `${step.status.padEnd(8)} ${step.id} ${step.name ?? '(of another build)'}`,
    )
}
