import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What ingest counts; the label values are closed unions. */
export interface IngestMetrics {
  taken(status: 'accepted' | 'duplicate' | 'rejected', count: number): void
  appended(seconds: number): void
  refused(): void
}

/** Registers the metrics of ingest; `duplicateIds` is asked at each scrape. */
export function createIngestMetrics(registry: Registry, duplicateIds: () => number): IngestMetrics {
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
  const remembered: Gauge = new Gauge({
    name: 'watchword_ingest_duplicate_ids',
    help: 'Idempotency keys that are remembered.',
    registers,
    collect: () => remembered.set(duplicateIds()),
  })
  return {
    taken: (status, count) => activities.inc({ status }, count),
    appended: (seconds) => append.observe(seconds),
    refused: () => refusals.inc(),
  }
}
