import type { Clickhouse } from '@watchword/clickhouse'
import { clickhouseLists, dashboards, type PanelQuery, sqlOf } from '@watchword/dashboards/testing'
import type { Sampled } from '../measure/bench.ts'
import { quantile } from '../measure/statistics.ts'

/** Whom the panels are asked about, and when it is, epoch milliseconds. */
export type PanelsAsked = Readonly<{ tenant: string; user: string; assessment: string; now: number }>

export type PanelTimes = Readonly<{
  /** The slowest of them, and those that a panel asks at once. */
  slowest: readonly Sampled[]
  /** How many were asked, how many took longer than the aim, and which were not asked. */
  summary: string
}>

const aimMs = 300
const rounds = 3
const shown = 5
/** Of a graph. */
const points = 1_000
const hourMs = 3_600_000
const spans: Readonly<Record<string, number>> = { 'now-1h': hourMs, 'now-24h': 24 * hourMs, 'now-7d': 168 * hourMs }
/** What the bench does not fill, and activities by user, which it keeps in one order only: how long these take here says nothing. */
const unfilled = /\b(?:FROM|JOIN) (?:counts_by_\w+|records|notifications|deliveries|checkpoints)\b|\$\{user:/

/**
 * What each panel of the dashboards asks ClickHouse, over the time that its dashboard shows when it is opened. Questions whose answers a panel merges are
 * asked at once as well, as Grafana does.
 */
export async function panelTimes(
  client: Clickhouse,
  { tenant, user, assessment, now }: PanelsAsked,
): Promise<PanelTimes> {
  const ask = ({ dashboard, text }: PanelQuery) => {
    const span = spanOf(dashboard)
    const intervalSeconds = Math.ceil(span / 1_000 / points)
    const variables = { tenant, user, assessment, app: '$__all' }
    return client.rows(sqlOf(text, { from: now - span, to: now, intervalSeconds, variables }))
  }
  const questions: Sampled[] = []
  const together: Sampled[] = []
  const left: string[] = []
  for (const [list, queries] of clickhouseLists(dashboards)) {
    if (queries.some(({ text }) => unfilled.test(text))) {
      left.push(list)
      continue
    }
    for (const query of queries) {
      const { dashboard, panel, refId } = query
      const label = `panel ${panel} (${dashboard} ${refId}), ${spanOf(dashboard) / hourMs} h`
      questions.push({ label, unit: 'ms', values: await timesOf(() => ask(query)) })
    }
    if (queries.length > 1) {
      const values = await timesOf(() => Promise.all(queries.map(ask)))
      together.push({ label: `panel ${list}: ${queries.length} questions at once`, unit: 'ms', values })
    }
  }
  const slower = questions.filter(({ values }) => median(values) > aimMs)
  return {
    slowest: [...slowestFirst(questions).slice(0, shown), ...together],
    summary: `${questions.length} questions of panels, ${slower.length} of them above ${aimMs} ms; not asked, since they read what is not filled here: ${left.length} others`,
  }
}

function slowestFirst(times: readonly Sampled[]): readonly Sampled[] {
  return times.toSorted((one, other) => median(other.values) - median(one.values))
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

function spanOf(uid: string): number {
  const from = dashboards.find((each) => each.uid === uid)?.time?.from ?? ''
  const span = spans[from]
  if (span === undefined) throw new Error(`the dashboard ${uid} shows ${from}`)
  return span
}

async function timesOf(ask: () => Promise<unknown>): Promise<readonly number[]> {
  await ask()
  const values: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now()
    await ask()
    values.push(performance.now() - began)
  }
  return values
}
