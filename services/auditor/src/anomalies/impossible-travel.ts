import { type AnomalyView, asked, isAsked, number, ofTenant, text, time } from './anomaly-view.ts'

/** As the engine judges it: `travelSpeedMaxKmh`, `travelDistanceMinKm` and `travelTimeMinMs` of `packages/risk-engine/src/travel.ts`. */
const speedMaxKmh = 900
const distanceMinKm = 100
const timeMinMs = 60_000

/** The place before may be of the day before the period. */
const within = `${ofTenant('user_places')} AND hour >= addHours(${asked.from}, -25) AND hour < ${asked.to}`

/**
 * Users who were at two places on the days of it at least; of the projection `user_reach`, which has a row for each user and day. A `Date` of a day
 * before 1970, or of one after June 2149, would be another day.
 */
const onItsDays = `${ofTenant('user_places')} AND toDate(hour) >= toDate32(addHours(${asked.from}, -25)) AND toDate(hour) <= toDate32(${asked.to})`
const travellers = `SELECT user FROM user_places WHERE ${onItsDays} GROUP BY user
            HAVING min(latitude) != max(latitude) OR min(longitude) != max(longitude)`

const before = (column: string): string => `lagInFrame(${column}) OVER visits AS before_${column}`
const ms = (later: string, earlier: string): string => `dateDiff('millisecond', ${earlier}, ${later})`

/**
 * Of places that somebody was at by turns within an hour only the first and last moments are known. What separates two moments of different
 * places is then at most as long as from first to first and from last to last, so no speed is overstated.
 */
const apart = `if(began > before_ended, ${ms('began', 'before_ended')},
  if(before_ended > ended, least(${ms('began', 'before_began')}, ${ms('before_ended', 'ended')}), ${ms('began', 'before_began')}))`

export const impossibleTravel: AnomalyView = {
  name: 'impossible_travel',
  about:
    'Two places of one user, one after the other, that nobody travels between in the time; behind no VPN, proxy or data centre.',
  days: 7,
  at: 'the first activity at the second place',
  subject: 'the user',
  columns: {
    user: text('The user.'),
    from_country: text('ISO 3166-1 alpha-2 of the first place.'),
    from_city: text('Its city; empty where it is not known.'),
    from_latitude: number('Degrees.'),
    from_longitude: number('Degrees.'),
    to_country: text('ISO 3166-1 alpha-2 of the second place.'),
    to_city: text('Its city; empty where it is not known.'),
    to_latitude: number('Degrees.'),
    to_longitude: number('Degrees.'),
    left_at: time('The last activity known at the first place.'),
    km: number('Kilometres on a great circle, less what the look-ups may be wrong by.'),
    kmh: number('Kilometres an hour, at least.'),
    ip: text('An address at the second place.'),
  },
  query: `SELECT began AS at, user AS subject, user, toString(before_country) AS from_country, toString(before_city) AS from_city,
      toFloat64(before_latitude) AS from_latitude, toFloat64(before_longitude) AS from_longitude, toString(country) AS to_country, toString(city) AS to_city,
      toFloat64(latitude) AS to_latitude, toFloat64(longitude) AS to_longitude, least(before_ended, began) AS left_at, round(distance, 1) AS km,
      round(distance * 3600000 / greatest(apart, ${timeMinMs}), 1) AS kmh, replaceOne(toString(an_ip), '::ffff:', '') AS ip
    FROM (
      SELECT *, ${apart} AS apart,
        greatest(0, greatCircleDistance(before_longitude, before_latitude, longitude, latitude) / 1000 - accuracy - before_accuracy) AS distance
      FROM (
        SELECT *, row_number() OVER visits AS visit, ${['country', 'city', 'latitude', 'longitude', 'accuracy', 'began', 'ended'].map(before).join(', ')}
        FROM (
          SELECT user, hour, country, city, latitude, longitude, max(accuracy_km) AS accuracy, min(first) AS began, max(last) AS ended, min(first_ip) AS an_ip
          FROM user_places
          WHERE ${within} AND user IN (${travellers})
          GROUP BY user, hour, country, city, latitude, longitude
        )
        WINDOW visits AS (PARTITION BY user ORDER BY began, ended, country, city, latitude, longitude ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
      )
      WHERE visit > 1
    )
    WHERE ${isAsked('began')} AND distance > ${distanceMinKm} AND distance * 3600000 / greatest(apart, ${timeMinMs}) > ${speedMaxKmh}
    LIMIT 1 BY user, at`,
}
