import { beginAtZero, type Logger } from '@watchword/service-kit'
import type { ChangelogDeps } from '@watchword/stream'
import { Counter, Gauge, type Registry } from 'prom-client'

/** What a changelog tells of the state of one stage. */
export type StateReports = Omit<ChangelogDeps, 'log' | 'clock'>

/** Logs and counts, for each stage, how its states are taken over and mended. */
export function createStateMetrics({
  metrics,
  logger,
}: Readonly<{ metrics: Registry; logger: Logger }>): (stage: string) => StateReports {
  const registers = [metrics]
  const restoring = new Gauge({
    name: 'watchword_state_restoring_records',
    help: 'Records of the changelog that are still to be read before the partition goes on.',
    labelNames: ['stage', 'partition'],
    registers,
  })
  const labelNames = ['stage']
  const repaired = new Counter({
    name: 'watchword_state_repaired_rows_total',
    help: 'Rows of the changelog written again, because a process that had lost its partition wrote over them late.',
    labelNames,
    registers,
  })
  const failures = new Counter({
    name: 'watchword_state_repair_failures_total',
    help: 'Looks for such rows that failed and are made again in their time.',
    labelNames,
    registers,
  })
  const followed = new Counter({
    name: 'watchword_state_standby_records_total',
    help: 'Records of the changelog followed to keep the states of partitions that others hold.',
    labelNames,
    registers,
  })
  const lag = new Gauge({
    name: 'watchword_state_standby_lag_records',
    help: 'Records of the changelog that are still to be followed for partitions that others hold.',
    labelNames,
    registers,
  })
  const followFailures = new Counter({
    name: 'watchword_state_standby_failures_total',
    help: 'Looks at the changelog that failed and are made again in their time.',
    labelNames,
    registers,
  })
  return (stage) => {
    for (const each of [repaired, failures, followed, followFailures]) beginAtZero(each, { stage })
    return {
      onRestoring({ partition, records, ofRecords, done }) {
        restoring.set({ stage, partition: String(partition) }, Math.max(0, ofRecords - records))
        if (done && ofRecords > 0)
          logger.info({ stage, partition, records: ofRecords }, 'state restored from the changelog')
        else logger.debug({ stage, partition, records, ofRecords }, 'restoring a state from the changelog')
      },
      onRepaired(partition, rows) {
        repaired.inc({ stage }, rows)
        logger.warn(
          { stage, partition, rows },
          'rows of the changelog that another process wrote late were written again',
        )
      },
      onRepairFailed(error) {
        failures.inc({ stage })
        logger.warn({ stage, err: error }, 'the changelog could not be looked at, it is done again')
      },
      onFollowed({ records, lagRecords }) {
        followed.inc({ stage }, records)
        lag.set({ stage }, lagRecords)
      },
      onFollowFailed(error) {
        followFailures.inc({ stage })
        logger.warn({ stage, err: error }, 'the changelog could not be followed, it is done again')
      },
    }
  }
}
