import { type AnomalyView, daysAsked, integer, isAsked, number, text } from './anomaly-view.ts'
import { median, robustScore, robustScoreMin } from './robust-score.ts'

/** A median of fewer says little. */
const peersMin = 10
/** Activities or rows; below, nobody is hurt. */
const amountMin = 100

export const peerOutliers: AnomalyView = {
  name: 'peer_outliers',
  about: 'Users who did or exported far more on a day than others of the same app and role (or group) on that day.',
  days: 1,
  at: 'the first activity of that day',
  subject: '`activities` or `exported`, the app and the user',
  columns: {
    measure: text('`activities` or `exported` (rows).'),
    app: text('The app.'),
    peers: text(
      'The role, or else the group, that the app says of its users (`attributes`); empty: all of whom it says none.',
    ),
    user: text('The user.'),
    amount: number('Activities or rows of the day.'),
    usual: number('The median of the peers who had any.'),
    score: number('Modified z-score of the logarithm; from 5 on it is here.'),
    peer_users: integer('Peers, with the user.'),
  },
  query: `SELECT tupleElement(one, 3) AS at, concat(measure, ' ', app, ' ', tupleElement(one, 2)) AS subject, measure,
      toString(of_app) AS app, of_peers AS peers, tupleElement(one, 2) AS user, exp(tupleElement(one, 1)) - 1 AS amount, exp(${median('amounts')}) - 1 AS usual,
      ${robustScore('tupleElement(one, 1)', 'amounts')} AS score, length(amounts) AS peer_users
    FROM (
      SELECT day, of_app, of_peers, tupleElement(measured, 1) AS measure, groupArray(log(1 + tupleElement(measured, 2))) AS amounts,
        groupArrayIf((log(1 + tupleElement(measured, 2)), user, began), tupleElement(measured, 2) >= ${amountMin}) AS large
      FROM (
        SELECT day, user_days.app AS of_app, max(user_days.peers) AS of_peers, user, toFloat64(sum(user_days.activities)) AS done,
          sum(user_days.exported) AS rows_exported, min(first) AS began
        FROM user_days WHERE ${daysAsked('user_days')} GROUP BY day, of_app, user
      )
      ARRAY JOIN [('activities', done), ('exported', rows_exported)] AS measured
      WHERE tupleElement(measured, 2) > 0
      GROUP BY day, of_app, of_peers, measure
      HAVING length(amounts) >= ${peersMin} AND length(large) > 0
    )
    ARRAY JOIN large AS one
    WHERE ${isAsked('tupleElement(one, 3)')} AND score >= ${robustScoreMin}`,
}
