import {
  type AnomalyView,
  asked,
  daysAsked,
  daysBefore,
  integer,
  isAsked,
  ofTenant,
  text,
  time,
} from './anomaly-view.ts'

/** As the signal `user.dormant` of the engine. */
const dormantDays = 90

/** Sign-ins of before the days that somebody has to be away. */
const longBefore = `${ofTenant('user_days')} AND day < addDays(toDate32(${asked.from}), -${dormantDays}) AND signed_in > 0`

/** Who signed in, did not in the days before, and did before them: few, so that only of them everything is looked for that they had. Made once. */
const woken = `(SELECT groupUniqArray(user) FROM user_days WHERE ${daysAsked('user_days')} AND signed_in > 0
      AND user IN (SELECT user FROM user_days WHERE ${longBefore})
      AND user NOT IN (SELECT user FROM user_days WHERE ${daysBefore('user_days', dormantDays)} AND signed_in > 0))`
const isWoken = 'user IN (SELECT arrayJoin(woken))'

export const dormantAccounts: AnomalyView = {
  name: 'dormant_accounts',
  about: 'Users who signed in after more than 90 days without.',
  days: 7,
  at: 'the sign-in',
  subject: 'the user',
  columns: {
    user: text('The user.'),
    last_seen: time('The last activity on the day of the last sign-in before.'),
    days_away: integer('Days from then to the sign-in.'),
    devices: integer('Devices of the sign-ins of the period that the user had not before.'),
    countries: integer('Countries of them where the user was not before.'),
  },
  query: `WITH ${woken} AS woken
    SELECT awake.began AS at, awake.user AS subject, awake.user AS user, slept.seen AS last_seen,
      dateDiff('day', slept.seen, awake.began) AS days_away,
      length(arrayFilter(each -> NOT has(slept.devices, each), awake.devices)) AS devices,
      length(arrayFilter(each -> NOT has(slept.countries, each), awake.countries)) AS countries
    FROM (
      SELECT user, min(first) AS began, groupUniqArrayIf(device, device != '') AS devices, groupUniqArrayIf(toString(country), country != '') AS countries
      FROM user_days
      WHERE ${daysAsked('user_days')} AND signed_in > 0 AND ${isWoken}
      GROUP BY user HAVING ${isAsked('began')}
    ) AS awake
    INNER JOIN (
      SELECT user, max(last) AS seen, groupUniqArray(device) AS devices, groupUniqArray(toString(country)) AS countries
      FROM user_days
      WHERE ${longBefore} AND ${isWoken}
      GROUP BY user
    ) AS slept ON awake.user = slept.user
    WHERE days_away > ${dormantDays}`,
}
