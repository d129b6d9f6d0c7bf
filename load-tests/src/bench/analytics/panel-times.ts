import type { Clickhouse } from '@watchword/clickhouse'
import { type Chosen, clickhouseQueries, dashboards, sqlOf } from '@watchword/dashboards/testing'
import type { Sampled } from '../measure/bench.ts'
import { quantile } from '../measure/statistics.ts'

/** Whom the panels are asked about, and when it is, epoch milliseconds. */
export type PanelsAsked = Readonly<{ tenant: string; user: string; assessment: string; now: number }>

export type PanelTimes = Readonly<{
  /** The slowest of them. */
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

/** What each panel of the dashboards asks ClickHouse, over the time that its dashboard shows when it is opened. */
export async function panelTimes(
  client: Clickhouse,
  { tenant, user, assessment, now }: PanelsAsked,
): Promise<PanelTimes> {
  const asked: Sampled[] = []
  const left: string[] = []
  for (const { dashboard, panel, refId, text } of clickhouseQueries(dashboards)) {
    if (unfilled.test(text)) {
      left.push(panel)
      continue
    }
    const chosen: Chosen = {
      from: now - spanOf(dashboard),
      to: now,
      intervalSeconds: Math.ceil(spanOf(dashboard) / 1_000 / points),
      variables: { tenant, user, assessment, app: '$__all' },
    }
    const values = await timesOf(() => client.rows(sqlOf(text, chosen)))
    asked.push({ label: `panel ${panel} (${dashboard} ${refId}), ${spanOf(dashboard) / hourMs} h`, unit: 'ms', values })
  }
  const slower = asked.filter(({ values }) => median(values) > aimMs)
  return {
    slowest: asked.toSorted((one, other) => median(other.values) - median(one.values)).slice(0, shown),
    summary: `${asked.length} questions of panels, ${slower.length} of them above ${aimMs} ms; not asked, since they read what is not filled here: ${left.length} others`,
  }
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
