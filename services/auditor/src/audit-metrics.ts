import { Counter, Histogram, type Registry } from 'prom-client'

export type AuditMetrics = Readonly<{
  rows: Counter
  repeats: Counter
  failures: Counter
  refused: Counter
  viewRefusals: Counter
  insertSeconds: Histogram
  checkpoints: Counter
  checkpointFailures: Counter
}>

export function createAuditMetrics(registry: Registry): AuditMetrics {
  const registers = [registry]
  return {
    rows: new Counter({ name: 'watchword_audit_insert_rows_total', help: 'Rows stored.', registers }),
    repeats: new Counter({
      name: 'watchword_audit_repeats_total',
      help: 'Records said again by a stage, dropped.',
      registers,
    }),
    failures: new Counter({
      name: 'watchword_audit_insert_failures_total',
      help: 'Inserts that failed and were repeated.',
      registers,
    }),
    refused: new Counter({
      name: 'watchword_audit_refused_records_total',
      help: 'Records whose row ClickHouse refuses for what it holds, stored as rows of type refused.',
      registers,
    }),
    viewRefusals: new Counter({
      name: 'watchword_audit_view_refusals_total',
      help: 'Inserts of which a view refuses a row: the records have them, the table of the view nothing of them.',
      registers,
    }),
    checkpoints: new Counter({
      name: 'watchword_audit_checkpoints_total',
      help: 'Checkpoints of the chains, signed and stored in every place.',
      registers,
    }),
    checkpointFailures: new Counter({
      name: 'watchword_audit_checkpoint_failures_total',
      help: 'Attempts to sign or store a checkpoint that failed and were repeated.',
      registers,
    }),
    insertSeconds: new Histogram({
      name: 'watchword_audit_insert_seconds',
      help: 'How long an insert took.',
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
  }
}
