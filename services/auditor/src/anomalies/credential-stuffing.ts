import { type AnomalyView, hoursAsked, integer, number, text, time } from './anomaly-view.ts'

/** In an hour; so many users give up at so many addresses on no plain morning. */
const addressesMin = 20
const usersMin = 20
/** Of all who signed in or failed at the app: what is much for a small app is nothing for a large one. */
const shareMin = 0.05
/** One address for each five users at least: fewer addresses are a spray. */
const addressesPerUserMin = 0.2
/** Stolen pairs are tried once or twice. */
const triesPerUserMax = 3

export const credentialStuffing: AnomalyView = {
  name: 'credential_stuffing',
  about:
    'Apps at which in one hour many users failed once or twice each, from many addresses at which nobody got in: a list of stolen pairs.',
  days: 1,
  at: 'the first try of the first such hour',
  subject: 'the app',
  columns: {
    app: text('The app.'),
    users: integer('Users who failed from such addresses, in the worst hour.'),
    addresses: integer('Such addresses in it.'),
    attempts: integer('Failed tries from them in all such hours.'),
    share: number('Those users among all who signed in or failed so, in the worst hour, 0 to 1.'),
    tries_per_user: number('Failed tries for each user in the worst hour.'),
    hours: integer('Hours in which it was so.'),
    last_try: time('The last try.'),
  },
  query: `SELECT min(hourly.first) AS at, hourly.app AS subject, hourly.app AS app, max(hourly.users) AS users,
      argMax(hourly.addresses, hourly.users) AS addresses, sum(hourly.tries) AS attempts, argMax(hourly.share, hourly.users) AS share,
      argMax(hourly.tries / hourly.users, hourly.users) AS tries_per_user, count() AS hours, max(hourly.last) AS last_try
    FROM (
      SELECT app, hour, uniqExactArrayIf(tried, is_cold) AS users, countIf(is_cold) AS addresses, sumIf(failures, is_cold) AS tries,
        users / (users + uniqArrayIf(entered, NOT is_cold)) AS share, minIf(first_try, is_cold) AS first, maxIf(last_try, is_cold) AS last
      FROM (
        SELECT app, hour, ip, groupUniqArrayIf(user, failed > 0) AS tried, groupUniqArrayIf(user, succeeded > 0) AS entered, sum(failed) AS failures,
          sum(succeeded) = 0 AS is_cold, min(sign_ins.first) AS first_try, max(sign_ins.last) AS last_try
        FROM sign_ins WHERE ${hoursAsked('sign_ins')} GROUP BY app, hour, ip
      )
      GROUP BY app, hour
      HAVING users >= ${usersMin} AND addresses >= ${addressesMin} AND share >= ${shareMin}
        AND addresses >= ${addressesPerUserMin} * users AND tries <= ${triesPerUserMax} * users
    ) AS hourly
    GROUP BY hourly.app`,
}
