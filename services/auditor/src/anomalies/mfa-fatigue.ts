import { type AnomalyView, asked, integer, isAsked, ofTenant, text, time } from './anomaly-view.ts'

/** A window as long as that of the limit of prompts; milliseconds. */
const windowMs = 600_000
/** Demands and questions of an approver; one lock and wrong codes alone are somebody with a bad memory. */
const demandsMin = 3
/** Together with what was refused. */
const promptsMin = 6

const within = `at >= addMilliseconds(${asked.from}, -${windowMs}) AND at < ${asked.to}`

export const mfaFatigue: AnomalyView = {
  name: 'mfa_fatigue',
  about: 'Proofs that were given after many demands and refusals within ten minutes: somebody may have given in.',
  days: 7,
  at: 'the proof',
  subject: 'the user',
  columns: {
    user: text('The user.'),
    demands: integer('Locks, their extensions and questions to an approver in the ten minutes before.'),
    refusals: integer('Wrong answers and denials in them.'),
    since: time('The first of all these.'),
  },
  query: `SELECT moment AS at, user AS subject, user, toUInt64(all_demands) AS demands, toUInt64(all_refusals) AS refusals, began AS since
    FROM (
      SELECT user, moment, passed, sum(demanded) OVER recent AS all_demands, sum(refused) OVER recent AS all_refusals, min(moment) OVER recent AS began
      FROM (
        SELECT user, at AS moment, 1 AS demanded, 0 AS refused, 0 AS passed FROM lock_events
        WHERE ${ofTenant('lock_events')} AND ${within} AND event IN ('session-locked', 'lock-extended') AND by IN ('risk', 'requirement')
        UNION ALL
        SELECT user, at AS moment, event = 'approval-requested' AS demanded,
          event = 'verification-failed' OR (event = 'approval-answered' AND factor = '') AS refused,
          event = 'verification-passed' OR (event = 'approval-answered' AND factor != '') AS passed
        FROM session_events
        WHERE ${ofTenant('session_events')} AND ${within} AND event IN ('approval-requested', 'approval-answered', 'verification-failed', 'verification-passed')
      )
      WINDOW recent AS (PARTITION BY user ORDER BY toUnixTimestamp64Milli(moment) RANGE BETWEEN ${windowMs} PRECEDING AND CURRENT ROW)
    )
    WHERE passed AND ${isAsked('moment')} AND all_demands >= ${demandsMin} AND all_demands + all_refusals >= ${promptsMin}
    LIMIT 1 BY user, moment`,
}
