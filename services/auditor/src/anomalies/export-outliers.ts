import { type AnomalyView, asked, integer, isAsked, number, ofTenant, text } from './anomaly-view.ts'
import { median, robustScore, robustScoreMin } from './robust-score.ts'

const historyDays = 60
/** Days with exports before; a median of fewer says little. */
const ownDaysMin = 10
/** Rows; below, nobody is hurt. */
const exportedMin = 100

export const exportOutliers: AnomalyView = {
  name: 'export_outliers',
  about: 'Users who exported far more on a day than on their own days before.',
  days: 1,
  at: 'the first activity of that day with an export',
  subject: 'the user',
  columns: {
    user: text('The user.'),
    exported: number('Rows exported on the day: the sum of `action.count` of `export`.'),
    usual: number('Rows of a usual day: the median of the days with exports in the 60 before.'),
    score: number('Modified z-score of the logarithm; from 5 on it is here.'),
    history_days: integer('Days with exports in the 60 before.'),
  },
  query: `SELECT tupleElement(fresh, 2) AS at, user AS subject, user, exp(tupleElement(fresh, 1)) - 1 AS exported,
      exp(${median('history')}) - 1 AS usual, ${robustScore('tupleElement(fresh, 1)', 'history')} AS score, length(history) AS history_days
    FROM (
      SELECT user, groupArrayIf(amount, day < toDate(${asked.from})) AS history, groupArrayIf((amount, began), day >= toDate(${asked.from})) AS days
      FROM (
        SELECT user, day, log(1 + sum(user_days.exported)) AS amount, min(first) AS began
        FROM user_days
        WHERE ${ofTenant('user_days')} AND day >= addDays(toDate32(${asked.from}), -${historyDays}) AND day <= toDate(addMilliseconds(${asked.to}, -1)) AND exported > 0
        GROUP BY user, day
      )
      GROUP BY user
      HAVING length(history) >= ${ownDaysMin} AND length(days) > 0
    )
    ARRAY JOIN days AS fresh
    WHERE ${isAsked('tupleElement(fresh, 2)')} AND exported >= ${exportedMin} AND score >= ${robustScoreMin}`,
}
