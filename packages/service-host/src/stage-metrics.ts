import { stageCatalogue } from '@watchword/contracts'
import { beginAtZero, type Logger } from '@watchword/service-kit'
import type { StageMetrics } from '@watchword/stream'
import type { ServiceSpans } from './tracing/service-spans.ts'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export type StageMetricsDeps = Readonly<{
  metrics: Registry
  logger: Logger
  /** Of a service; undefined where nothing is traced. */
  spansOf: (service: string) => ServiceSpans | undefined
}>

/** The metrics of every stage of this process, by stage, and the spans of its folds; what has to be repaired is logged, too. */
export function createStageMetrics({ metrics, logger, spansOf }: StageMetricsDeps): (stage: string) => StageMetrics {
  const registers = [metrics]
  const labelNames = ['stage']
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames, registers })
  const folded = counter('watchword_stage_records_folded_total', 'Records folded.')
  const repeats = counter('watchword_stage_repeats_total', 'Records said again by another stage, dropped.')
  const poisoned = new Counter({
    name: 'watchword_dlq_records_total',
    help: 'Records that could not be decoded or folded.',
    labelNames: ['stage', 'step'],
    registers,
  })
  const retried = counter(
    'watchword_stage_appends_retried_total',
    'Appends that the log refused and that were repeated.',
  )
  const decisions = new Histogram({
    name: 'watchword_event_to_decision_seconds',
    help: 'From the moment the log took a record to the moment the log had what a stage decided because of it.',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const saves = new Histogram({
    name: 'watchword_stage_save_seconds',
    help: 'How long a save of the state took.',
    labelNames,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers,
  })
  const lag = new Gauge({
    name: 'watchword_stage_lag_records',
    help: 'Records waiting to be folded.',
    labelNames: ['stage', 'partition'],
    registers,
  })
  const repaired = counter(
    'watchword_stage_repaired_records_total',
    'Records of compacted topics written again, because a process that had lost its partition wrote older versions late.',
  )
  const repairFailures = counter(
    'watchword_stage_repair_failures_total',
    'Looks for such records that failed and are made again in their time.',
  )
  const foldingOf = (stage: string): Pick<StageMetrics, 'folding'> => {
    const service = stageCatalogue.find(({ name }) => name === stage)?.service
    const spans = service === undefined ? undefined : spansOf(service)
    return spans === undefined ? {} : { folding: (record) => spans.fold(stage, record) }
  }
  return (stage) => {
    for (const each of [folded, repeats, retried, repaired, repairFailures]) beginAtZero(each, { stage })
    beginAtZero(poisoned, { stage, step: 'decode' }, { stage, step: 'fold' }, { stage, step: 'encode' })
    return {
      ...foldingOf(stage),
      folded: (records) => folded.inc({ stage }, records),
      decided: (durationMs) => decisions.observe({ stage }, durationMs / 1000),
      repeatDropped: () => repeats.inc({ stage }),
      poisoned: (step) => poisoned.inc({ stage, step }),
      appendRetried: () => retried.inc({ stage }),
      saved: (durationMs) => saves.observe({ stage }, durationMs / 1000),
      lag: (partition, records) => lag.set({ stage, partition: String(partition) }, records),
      repaired(records) {
        repaired.inc({ stage }, records)
        logger.warn({ stage, records }, 'older versions that another process wrote late were overtaken again')
      },
      repairFailed(error) {
        repairFailures.inc({ stage })
        logger.warn({ stage, err: error }, 'the outputs of a stage could not be looked at, it is done again')
      },
    }
  }
}
