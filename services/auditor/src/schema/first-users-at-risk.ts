import { type AnomalyView, asked, daysAsked, isAsked, ofTenant } from '../anomalies/anomaly-view.ts'
import { usersAtRisk } from '../anomalies/users-at-risk.ts'

const lockDays = 30

/** The view as the step that made it first has it; the text of a step never changes. */
export const firstUsersAtRisk: AnomalyView = {
  ...usersAtRisk,
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
      ) GROUP BY user
    ) AS proofs ON risks.user = proofs.user
    LEFT JOIN (
      SELECT user, countIf(last_event != 'session-unlocked') AS open FROM (
        SELECT user, lock, argMax(event, version) AS last_event FROM lock_events
        WHERE ${ofTenant('lock_events')} AND at >= addDays(${asked.from}, -${lockDays}) GROUP BY user, lock
      ) GROUP BY user
    ) AS locks ON risks.user = locks.user
    WHERE risks.last > proofs.settled`,
}
