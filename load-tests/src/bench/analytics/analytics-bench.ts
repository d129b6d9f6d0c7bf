import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anomalyViews, auditMigrations } from '@watchword/auditor'
import { plantAttacks, seedPlainDays } from '@watchword/auditor/testing'
import { type Clickhouse, createClickhouse, migrate, startEmbeddedClickhouse } from '@watchword/clickhouse'
import { createLogger } from '@watchword/service-kit'
import type { Bench, Comparison, Sampled } from '../measure/bench.ts'
import { interleave, roundsDefault } from '../measure/interleave.ts'
import { processorSeconds } from '../measure/processor-time.ts'
import { panelTimes } from './panel-times.ts'

/** Thousands of users for about as many million activities in thirty days. */
const sizes = [1, 3, 10] as const
const largest = 10
const lastDay = '2026-11-19'
const days = 30
const activitiesPerDay = 64
const endMs = Date.parse(`${lastDay}T00:00:00Z`) + 86_400_000

type View = (typeof anomalyViews)[number]

/** The views of anomalies on a month of a tenant's activities, against one look at each activity of the same month. */
export const analyticsBench: Bench = {
  name: 'analytics',
  question:
    'milliseconds that each view of anomalies takes on ten million activities of a tenant, against one aggregate of the raw ones',
  async run() {
    const logger = createLogger({ service: 'bench', version: '0', level: 'silent' })
    const directory = join(
      process.env['WATCHWORD_BENCH_STATE'] ?? join(tmpdir(), 'watchword-bench-analytics'),
      'clickhouse',
    )
    const engine = await startEmbeddedClickhouse({ directory, memoryLimitBytes: 6 * 2 ** 30 }, { logger })
    const client = createClickhouse({ url: engine.url, database: 'bench', requestTimeoutMs: 1_800_000 })
    await migrate(client, auditMigrations)
    if (!(await client.hasTable('seeded'))) await seed(client)
    const setting = await settingOf(client)

    /** Of the engine, all threads. */
    async function processorTime(view: View, size: number): Promise<Sampled> {
      const pid = engine.pid() ?? 0
      const before = processorSeconds(pid)
      for (let round = 0; round < roundsDefault; round += 1) await ask(client, view, size, view.days)
      const values = [((processorSeconds(pid) - before) * 1000) / roundsDefault]
      return { label: `${view.name}, ${size} million, ${view.days} d, processor time`, unit: 'ms', values }
    }

    const comparisons: Comparison[] = []
    const information: Sampled[] = []
    for (const view of anomalyViews) {
      comparisons.push(await compared(client, view))
      for (const size of sizes)
        information.push(await alone(client, view, size, view.days), await processorTime(view, size))
      if (view.days < days) information.push(await alone(client, view, largest, days))
    }
    const [judged] = await client.rows<{ id: string; user: string }>(
      'SELECT id, user FROM assessments WHERE tenant = {tenant:String} ORDER BY at DESC LIMIT 1',
      { parameters: { tenant: tenantOf(largest) } },
    )
    if (judged === undefined) throw new Error('nobody was judged')
    const { id: assessment, user } = judged
    const panels = await panelTimes(client, { tenant: tenantOf(largest), user, assessment, now: endMs })
    await client.close()
    await engine.stop()
    return {
      comparisons,
      information: [...information, ...panels.slowest],
      setting: [...setting, panels.summary],
    }
  },
}

/** Makes the rows, and in the end a table that says that they are there. */
async function seed(client: Clickhouse): Promise<void> {
  // What no view of anomalies reads need not be made: more than half of the time that the rows take.
  const unread = ['counts_of_activities', 'counts_of_assessments', 'counts_of_signals', 'counts_of_lock_events']
  for (const view of unread) await client.command(`DROP VIEW ${view}`)
  await client.command('ALTER TABLE activities DROP PROJECTION by_user')
  for (const size of sizes) {
    const tenant = tenantOf(size)
    await seedPlainDays(client, {
      tenant,
      users: size * 1_000,
      lastDay,
      days,
      activitiesPerDay,
      assessed: 'above-low',
    })
    await plantAttacks(client, { tenant, day: lastDay })
  }
  await client.command('CREATE TABLE seeded (at DateTime) ENGINE = MergeTree ORDER BY at')
}

function tenantOf(size: number): string {
  return `of-${size}-million`
}

async function compared(client: Clickhouse, view: View): Promise<Comparison> {
  const { product, baseline } = await interleave(
    () => ask(client, view, largest, view.days),
    () => look(client),
  )
  return {
    name: view.name,
    product: { label: `the view, ${view.days} d`, unit: 'ms', values: product },
    baseline: { label: 'users and amounts of the raw activities', unit: 'ms', values: baseline },
    aims: [{ of: 'product', atMost: 300 }],
  }
}

async function alone(client: Clickhouse, view: View, size: number, period: number): Promise<Sampled> {
  const values: number[] = []
  for (let round = 0; round < roundsDefault; round += 1) values.push(await ask(client, view, size, period))
  return { label: `${view.name}, ${size} million, ${period} d`, unit: 'ms', values }
}

async function ask(client: Clickhouse, { name }: View, size: number, period: number): Promise<number> {
  const began = performance.now()
  const rows = await client.rows(
    `SELECT * FROM ${name}(tenant = {tenant:String}, from = fromUnixTimestamp64Milli({from:Int64}, 'UTC'), to = fromUnixTimestamp64Milli({to:Int64}, 'UTC'))
     ORDER BY at DESC LIMIT 100`,
    { parameters: { tenant: tenantOf(size), from: endMs - period * 86_400_000, to: endMs } },
  )
  const took = performance.now() - began
  // Over the whole month there is no history to tell some of them from.
  if (rows.length === 0 && period < days) throw new Error(`${name} does not find what was planted`)
  return took
}

async function look(client: Clickhouse): Promise<number> {
  const began = performance.now()
  await client.rows('SELECT uniq(user), sum(action_count) FROM activities WHERE tenant = {tenant:String}', {
    parameters: { tenant: tenantOf(largest) },
  })
  return performance.now() - began
}

async function settingOf(client: Clickhouse): Promise<readonly string[]> {
  const tables = await client.rows<{ name: string; rows: string; mib: number }>(
    `SELECT table AS name, toString(sum(parts.rows)) AS rows, round(sum(bytes_on_disk) / 1048576) AS mib FROM system.parts AS parts
     WHERE active AND database = currentDatabase() AND parts.rows > 100 GROUP BY table ORDER BY sum(parts.rows) DESC`,
  )
  const counts = await client.rows<{ tenant: string; rows: string }>(
    'SELECT tenant, toString(count()) AS rows FROM activities GROUP BY tenant ORDER BY count()',
  )
  return [
    `activities in ${days} days: ${counts.map(({ tenant, rows }) => `${rows} ${tenant}`).join(', ')}; one attack of each kind in each`,
    `tables of all three: ${tables.map(({ name, rows, mib }) => `${name} ${rows} rows ${mib} MiB`).join(', ')}`,
    'the embedded ClickHouse on the same cores, over HTTP, parts as the inserts and merges left them',
  ]
}
