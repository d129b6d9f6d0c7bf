/** Rows of the tenant, and of the apps that are chosen. */
export const ofTenant = 'tenant = ${tenant:singlequote} AND $__conditionalAll(app IN (${app:singlequote}), $app)'

/** The same, of the time that is shown. */
export const inTime = `${ofTenant} AND $__timeFilter(at)`

/** The same, of the user that is chosen. */
export const ofUser = `${inTime} AND user = \${user:singlequote}`

/** The same, of the counts by the minute. */
export const countsInTime = `${ofTenant} AND $__timeFilter(minute)`

/**
 * Locks with what became of them, from their events and the ends of their sessions, which leave no event of the lock. `change` is when a lock was
 * opened or went with its session; of one in force, its newest event.
 */
export const locks = `
  SELECT lock, user, lock_app, lock_session, lock_device, lock_scope, lock_level, locked_by, since,
    if(state = 'session ended', greatest(last, session_ended), last) AS change,
    multiIf(unlocked, 'unlocked', lock_session != '' AND session_ended >= since, 'session ended', 'locked') AS state, unlocked_by
  FROM (
    SELECT lock, user, any(lock_events.app) AS lock_app, any(lock_events.session) AS lock_session, any(lock_events.device) AS lock_device,
      toString(any(lock_events.scope)) AS lock_scope,
      toString(argMaxIf(lock_events.level, lock_events.offset, lock_events.level != '')) AS lock_level,
      toString(anyIf(lock_events.by, event = 'session-locked')) AS locked_by, min(at) AS since, max(at) AS last,
      countIf(event = 'session-unlocked') > 0 AS unlocked, toString(anyIf(lock_events.by, event = 'session-unlocked')) AS unlocked_by
    FROM lock_events WHERE ${ofTenant} GROUP BY lock, user) AS of_locks
  LEFT JOIN (
    SELECT user, session, max(at) AS session_ended FROM session_events
    WHERE tenant = \${tenant:singlequote} AND event = 'session-ended' AND session != '' GROUP BY user, session) AS ends
  ON of_locks.user = ends.user AND of_locks.lock_session = ends.session`

/** A view of anomalies (docs/analytics.md), asked about the tenant, whatever the app, and the time that is shown. */
export function anomaly(view: string): string {
  return `${view}(tenant = \${tenant:singlequote}, from = $__fromTime_ms, to = $__toTime_ms)`
}
