import type { TrafficClass } from './shedding/traffic-class.ts'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What ingest counts; the label values are closed unions. */
export interface IngestMetrics {
  taken(status: 'accepted' | 'duplicate' | 'rejected', count: number): void
  appended(seconds: number): void
  refused(): void
  shed(trafficClass: TrafficClass, activities: number): void
  shedUnread(): void
}

/** What is asked for at each scrape. */
export type IngestGauges = Readonly<{
  duplicateIds: () => number
  shedding: () => Readonly<{ share: number; judgementWaitMs: number }>
}>

/** Registers the metrics of ingest. */
export function createIngestMetrics(registry: Registry, gauges: IngestGauges): IngestMetrics {
  const registers = [registry]
  const activities = new Counter({
    name: 'watchword_ingest_activities_total',
    help: 'Activities by what became of them.',
    labelNames: ['status'],
    registers,
  })
  const append = new Histogram({
    name: 'watchword_ingest_append_duration_seconds',
    help: 'How long the log took to make the records of one request durable.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  })
  const refusals = new Counter({
    name: 'watchword_ingest_log_refusals_total',
    help: 'Requests that the log did not take.',
    registers,
  })
  const shed = new Counter({
    name: 'watchword_ingest_shed_activities_total',
    help: 'Activities that were answered 503 because there was more than could be done: telemetry is the first to wait.',
    labelNames: ['class'],
    registers,
  })
  const shedUnread = new Counter({
    name: 'watchword_ingest_shed_unread_requests_total',
    help: 'Requests that said of themselves that they can wait (`Priority: u=7`) and were answered 503 unread; their activities are not counted.',
    registers,
  })
  for (const trafficClass of ['telemetry', 'sensitive'] as const) shed.inc({ class: trafficClass }, 0)
  const gauge = (name: string, help: string, value: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(value()) })
  }
  gauge('watchword_ingest_duplicate_ids', 'Idempotency keys that are remembered.', gauges.duplicateIds)
  gauge(
    'watchword_ingest_judgement_wait_seconds',
    'How long an activity that comes now will wait for its judgement: how many wait, by how many are judged a second; 0 while it is not known how fast.',
    () => gauges.shedding().judgementWaitMs / 1_000,
  )
  gauge(
    'watchword_ingest_shed_ratio',
    'The share of telemetry that is refused now, 0 to 1.',
    () => gauges.shedding().share,
  )
  return {
    taken: (status, count) => activities.inc({ status }, count),
    appended: (seconds) => append.observe(seconds),
    refused: () => refusals.inc(),
    shed: (trafficClass, activities) => shed.inc({ class: trafficClass }, activities),
    shedUnread: () => shedUnread.inc(),
  }
}
