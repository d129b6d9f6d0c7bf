import { type AnomalyView, daysAsked, integer, isAsked, text, texts, time } from './anomaly-view.ts'

/** Two are a couple at one tablet, which the signal `device.shared` weighs. */
const usersMin = 3
const usersShown = 20

export const sharedDevices: AnomalyView = {
  name: 'shared_devices',
  about: 'Devices from which three users or more did something.',
  days: 7,
  at: 'the last activity from it',
  subject: 'the device',
  columns: {
    device: text('The device.'),
    users: integer('Users on the days of the period.'),
    user_names: texts('Up to 20 of them.'),
    activities: integer('What they did from it.'),
    countries: integer('Countries that they did it from.'),
    first_seen: time('The first of it on the days of the period.'),
  },
  // What is said of a device is made of the few only that have so many users.
  query: `SELECT max(last) AS at, user_days.device AS subject, user_days.device AS device, uniqExact(user) AS users,
      arraySort(groupUniqArray(${usersShown})(user)) AS user_names, sum(user_days.activities) AS activities, uniqExact(country) AS countries, min(first) AS first_seen
    FROM user_days WHERE ${daysAsked('user_days')} AND user_days.device IN (
      SELECT device FROM user_days WHERE ${daysAsked('user_days')} AND device != ''
      GROUP BY device HAVING uniqUpTo(${usersMin})(user) >= ${usersMin}
    )
    GROUP BY user_days.device
    HAVING ${isAsked('at')}`,
}
