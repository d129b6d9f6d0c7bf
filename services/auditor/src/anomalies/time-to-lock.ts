import { type AnomalyView, integer, isAsked, number, ofTenant } from './anomaly-view.ts'

/** A lock is acknowledged so long after it became visible (`acknowledgeAfterMs` of session-guard, ADR 0008); milliseconds. */
const acknowledgedAfterMs = 1_000

const quantile = (place: number): string => `round(arrayElement(delays, ${place}), 1)`

export const timeToLock: AnomalyView = {
  name: 'time_to_lock',
  about: 'How long it took from the receipt of an activity until the lock that it led to was in the log, by hour.',
  days: 1,
  at: 'the beginning of the hour',
  subject: 'the hour, RFC 3339',
  columns: {
    locks: integer('Locks by risk that came into force.'),
    lock_ms_p50: number('Milliseconds from the receipt of the cause until the log had the lock: the median.'),
    lock_ms_p95: number('The 95th percentile.'),
    lock_ms_p99: number('The 99th percentile.'),
    acknowledged_ms_p50: number('Milliseconds until the earliest acknowledgement: a second more.'),
    acknowledged_ms_p95: number('The 95th percentile.'),
    acknowledged_ms_p99: number('The 99th percentile.'),
  },
  query: `SELECT began AS at, formatDateTime(began, '%Y-%m-%dT%H:%i:%SZ') AS subject, locks, ${quantile(1)} AS lock_ms_p50,
      ${quantile(2)} AS lock_ms_p95, ${quantile(3)} AS lock_ms_p99, lock_ms_p50 + ${acknowledgedAfterMs} AS acknowledged_ms_p50,
      lock_ms_p95 + ${acknowledgedAfterMs} AS acknowledged_ms_p95, lock_ms_p99 + ${acknowledgedAfterMs} AS acknowledged_ms_p99
    FROM (
      SELECT toDateTime64(toStartOfHour(lock_events.at), 3, 'UTC') AS began, count() AS locks,
        quantilesExactInclusive(0.5, 0.95, 0.99)(dateDiff('millisecond', caused_at, appended)) AS delays
      FROM lock_events
      WHERE ${ofTenant('lock_events')} AND ${isAsked('lock_events.at')} AND event = 'session-locked' AND by = 'risk'
        AND toUnixTimestamp64Milli(caused_at) > 0 AND appended >= caused_at
      GROUP BY began
    )`,
}
