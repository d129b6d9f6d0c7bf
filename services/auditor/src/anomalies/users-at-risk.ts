import { type AnomalyView, asked, daysAsked, integer, isAsked, number, ofTenant, text } from './anomaly-view.ts'

/** A lock of before the period may still be in force; one whose session has ended is not, though nothing of it says so. */
const lockDays = 30

export const usersAtRisk: AnomalyView = {
  name: 'users_at_risk',
  about:
    'Users about whom the last HIGH assessment stands: nothing was proven after it, and no operator opened a lock or cleared them.',
  days: 7,
  at: 'the last HIGH assessment',
  subject: 'the user',
  columns: {
    user: text('The user.'),
    probability: number(
      'The highest chance of an attack that an assessment gave, 0 to 1: a fixed function of its points, not fitted to your traffic.',
    ),
    score: number('The highest score, 0 to 100.'),
    high: integer('HIGH assessments of the days of the period.'),
    medium: integer('MEDIUM assessments of them.'),
    denied: integer('How many of both were denied.'),
    open_locks: integer('Locks in force.'),
  },
  query: `SELECT risks.last AS at, risks.user AS subject, risks.user AS user, risks.probability AS probability,
      risks.score AS score, risks.high AS high, risks.medium AS medium, risks.denied AS denied, toUInt64(locks.open) AS open_locks
    FROM (
      SELECT user, max(last_high) AS last, max(risk_days.probability) AS probability, max(risk_days.score) AS score, sum(risk_days.high) AS high,
        sum(risk_days.medium) AS medium, sum(risk_days.denied) AS denied
      FROM risk_days WHERE ${daysAsked('risk_days')} GROUP BY user HAVING ${isAsked('last')}
    ) AS risks
    LEFT JOIN (
      SELECT user, max(at) AS settled FROM (
        SELECT user, at FROM session_events WHERE ${ofTenant('session_events')} AND at >= ${asked.from} AND event = 'verification-passed'
        UNION ALL
        SELECT user, at FROM lock_events WHERE ${ofTenant('lock_events')} AND at >= ${asked.from} AND event = 'session-unlocked'
        UNION ALL
        SELECT user, max(verdicts.at) AS at FROM verdicts WHERE ${ofTenant('verdicts')} AND verdicts.at >= ${asked.from} AND verdicts.by = 'operator'
        GROUP BY user, assessment HAVING argMax(verdicts.verdict, (verdicts.at, verdicts.offset)) IN ('confirmed-safe', 'dismissed')
      ) GROUP BY user
    ) AS proofs ON risks.user = proofs.user
    LEFT JOIN (
      SELECT user, count() AS open FROM (
        SELECT user, lock, argMax(event, version) AS last_event, toString(anyLast(lock_events.app)) AS lock_app,
          anyLast(lock_events.session) AS lock_session
        FROM lock_events
        WHERE ${ofTenant('lock_events')} AND at >= addDays(${asked.from}, -${lockDays}) GROUP BY user, lock
      ) WHERE last_event != 'session-unlocked' AND (user, lock_app, lock_session) NOT IN (
        SELECT user, toString(app), session FROM session_events
        WHERE ${ofTenant('session_events')} AND at >= addDays(${asked.from}, -${lockDays}) AND event = 'session-ended' AND session != ''
      ) GROUP BY user
    ) AS locks ON risks.user = locks.user
    WHERE risks.last > proofs.settled`,
}
