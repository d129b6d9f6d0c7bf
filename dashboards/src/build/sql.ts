/** Rows of the tenant, and of the apps that are chosen. */
export const ofTenant = 'tenant = ${tenant:singlequote} AND $__conditionalAll(app IN (${app:singlequote}), $app)'

/** The same, of the time that is shown. */
export const inTime = `${ofTenant} AND $__timeFilter(at)`

/** The same, of the user that is chosen. */
export const ofUser = `${inTime} AND user = \${user:singlequote}`

/** The same, of the counts by the minute. */
export const countsInTime = `${ofTenant} AND $__timeFilter(minute)`

/**
 * Locks with what became of them, from their events; the end of a session leaves no event of its lock. `change` is its newest change, which is the end of
 * one that is open or ended.
 */
export const locks = `
  SELECT lock, user, any(lock_events.app) AS lock_app, any(lock_events.session) AS lock_session, any(lock_events.device) AS lock_device,
    toString(any(lock_events.scope)) AS lock_scope,
    toString(argMaxIf(lock_events.level, lock_events.offset, lock_events.level != '')) AS lock_level,
    toString(anyIf(lock_events.by, event = 'session-locked')) AS locked_by,
    min(at) AS since, max(at) AS change,
    multiIf(countIf(event = 'session-unlocked') > 0, 'unlocked',
      (user, lock_session) IN (SELECT user, session FROM session_events
        WHERE tenant = \${tenant:singlequote} AND event = 'session-ended' AND session != ''), 'session ended', 'locked') AS state,
    toString(anyIf(lock_events.by, event = 'session-unlocked')) AS unlocked_by
  FROM lock_events WHERE ${ofTenant} GROUP BY lock, user`
