import { dashboard } from '../build/dashboard.ts'
import { explanationOfRow, timelineOfRow } from '../build/links.ts'
import { quietAtZero, scoreSteps } from '../build/looks.ts'
import { map } from '../build/maps.ts'
import { stat, table } from '../build/panels.ts'
import { rows } from '../build/queries.ts'
import { anomaly, inTime, ofUser } from '../build/sql.ts'
import { tenantVariables, userVariable } from '../build/variables.ts'

/** The places from which users acted. Two plain numbers of each row: grouped by what may be null, or by names, it takes twice as long. */
function placesOf(columns: string): string {
  return `SELECT assumeNotNull(latitude) AS north, assumeNotNull(longitude) AS east${columns}
    FROM activities WHERE ${inTime} AND latitude IS NOT NULL AND longitude IS NOT NULL GROUP BY north, east`
}

/** Judgements that a journey gave points to, with where the user arrived. */
const arrivals = `
  SELECT judged.at AS at, judged.id AS id, judged.user AS user, score, decision, latitude, longitude, city, country, ip, network
  FROM (SELECT id, activity, user, at, score, toString(decision) AS decision FROM assessments WHERE ${inTime} AND has(signal_codes, 'travel.impossible')) AS judged
  INNER JOIN (SELECT id AS activity, latitude, longitude, toString(city) AS city, toString(country) AS country, ip, toString(network) AS network
    FROM activities WHERE ${inTime} AND latitude IS NOT NULL) AS arrived USING (activity)`

/** The evidence of the signal: from which country, how far and how fast. */
const evidence = `
  SELECT id AS judgement, arrayFirst(each -> JSONExtractString(each, 'code') = 'travel.impossible', JSONExtractArrayRaw(body, 'signals')) AS travel
  FROM records WHERE tenant = \${tenant:singlequote} AND $__timeFilter(at) AND topic = 'watchword.assessment.v1'
    AND id IN (SELECT id FROM (${arrivals}))`

const numbers = [
  stat({
    title: 'Impossible journeys',
    description: 'Judgements that a journey gave points to: nobody travels that fast from the last places.',
    width: 4,
    height: 4,
    unit: 'short',
    steps: quietAtZero,
    ask: [rows(`SELECT count() AS value FROM (${arrivals})`)],
  }),
  stat({
    title: 'Users who made them',
    description: 'Users with at least one impossible journey.',
    width: 4,
    height: 4,
    unit: 'short',
    steps: quietAtZero,
    ask: [rows(`SELECT uniq(user) AS value FROM (${arrivals})`)],
  }),
  stat({
    title: 'Without coordinates',
    description:
      'The share of the activities from addresses of which the geo database knows no place: journeys to there are not seen.',
    width: 4,
    height: 4,
    unit: 'percentunit',
    decimals: 0,
    steps: [
      [0, 'green'],
      [0.2, 'orange'],
      [0.5, 'red'],
    ],
    ask: [rows(`SELECT countIf(latitude IS NULL) / count() AS value FROM activities WHERE ${inTime}`)],
  }),
  stat({
    title: 'Places',
    description: 'Different places from which users acted.',
    width: 4,
    height: 4,
    unit: 'short',
    ask: [rows(`SELECT count() AS value FROM (${placesOf('')})`)],
  }),
  stat({
    title: 'Countries per user, the most',
    description: 'In how many countries one user acted, at most.',
    width: 4,
    height: 4,
    unit: 'short',
    ask: [
      rows(
        `SELECT max(countries) AS value FROM (SELECT count() AS countries FROM (
          SELECT user, country FROM activities WHERE ${inTime} AND country != '' GROUP BY user, country) GROUP BY user)`,
      ),
    ],
  }),
  stat({
    title: 'From data centres',
    description:
      'The share of the activities from addresses of hosting, VPNs, proxies and Tor, as the network type says, where the geo database knows it.',
    width: 4,
    height: 4,
    unit: 'percentunit',
    decimals: 1,
    ask: [
      rows(
        `SELECT countIf(network IN ('hosting', 'vpn', 'proxy', 'tor', 'relay')) / count() AS value FROM activities WHERE ${inTime}`,
      ),
    ],
  }),
]

const maps = [
  map({
    title: 'Where impossible journeys ended',
    description:
      'The places where users arrived whom nothing carries that fast. Size: how often; colour: the highest score.',
    width: 12,
    height: 13,
    unit: 'none',
    steps: scoreSteps,
    size: 'times',
    color: 'score',
    ask: [
      rows(`
        SELECT latitude, longitude, city, country, count() AS times, uniq(user) AS users, max(score) AS score, max(at) AS last
        FROM (${arrivals}) GROUP BY latitude, longitude, city, country ORDER BY times DESC LIMIT 1000`),
    ],
  }),
  map({
    title: 'Where users act',
    description: 'All places. Size: activities; colour: users.',
    width: 12,
    height: 13,
    unit: 'none',
    steps: [
      [0, 'blue'],
      [10, 'green'],
      [100, 'orange'],
    ],
    size: 'activities',
    color: 'users',
    ask: [
      rows(`
        SELECT north AS latitude, east AS longitude, toString(named) AS city, toString(within) AS country, activities, users
        FROM (${placesOf(', max(city) AS named, max(country) AS within, count() AS activities, uniq(user) AS users')})
        ORDER BY activities DESC LIMIT 1000`),
    ],
  }),
]

const journeys = [
  table({
    title: 'Impossible journeys, one by one',
    description:
      'From which country, where to, how far and how fast, as the engine judged it. An id leads to the explanation, a name to the timeline.',
    width: 24,
    height: 9,
    unit: 'none',
    columns: {
      time: { width: 180 },
      user: { link: timelineOfRow, width: 180 },
      id: { link: explanationOfRow, width: 130 },
      distance: { unit: 'lengthkm' },
      speed: { unit: 'velocitykmh' },
      score: { decimals: 0, steps: scoreSteps },
      decision: { words: true },
    },
    ask: [
      rows(`
        SELECT at AS time, user, JSONExtractString(travel, 'evidence', 'from') AS \`from\`, concat(city, if(city = '', '', ', '), country) AS arrived,
          JSONExtractFloat(travel, 'evidence', 'km') AS distance, JSONExtractFloat(travel, 'evidence', 'kmh') AS speed, score, decision,
          replaceOne(toString(ip), '::ffff:', '') AS address, network, id
        FROM (${arrivals}) AS arrivals INNER JOIN (${evidence}) AS evidence ON id = judgement
        ORDER BY time DESC LIMIT 500`),
    ],
  }),
  table({
    title: 'Journeys that stand out in hindsight',
    description:
      'Two places of one user, one after the other, that nobody travels between in the time, as stored: also those that were not judged, and none behind a VPN, a proxy or a data centre. Of all apps.',
    width: 24,
    height: 8,
    unit: 'none',
    columns: {
      time: { width: 180 },
      user: { link: timelineOfRow, width: 180 },
      distance: { unit: 'lengthkm' },
      speed: { unit: 'velocitykmh' },
    },
    ask: [
      rows(`
        SELECT at AS time, user, concat(from_city, if(from_city = '', '', ', '), from_country) AS left, left_at AS until,
          concat(to_city, if(to_city = '', '', ', '), to_country) AS arrived, km AS distance, kmh AS speed, ip AS address
        FROM ${anomaly('impossible_travel')} ORDER BY time DESC LIMIT 500`),
    ],
  }),
  map({
    title: 'The way of ${user}',
    description: 'From one place to the next in the order of time, of the user that is chosen above.',
    width: 12,
    height: 12,
    unit: 'none',
    steps: scoreSteps,
    size: 'activities',
    color: 'score',
    route: true,
    ask: [
      rows(`
        SELECT time, latitude, longitude, city, country, activities, score FROM (
          SELECT min(at) AS time, any(latitude) AS latitude, any(longitude) AS longitude, any(toString(city)) AS city, any(toString(country)) AS country,
            count() AS activities, max(score) AS score
          FROM (SELECT id AS activity, at, latitude, longitude, city, country, row_number() OVER (ORDER BY at, offset)
              - row_number() OVER (PARTITION BY latitude, longitude ORDER BY at, offset) AS stay
            FROM activities WHERE ${ofUser} AND latitude IS NOT NULL) AS visits
          LEFT JOIN (SELECT activity, score FROM assessments WHERE ${ofUser}) AS judged USING (activity)
          GROUP BY stay, visits.latitude, visits.longitude)
        ORDER BY time LIMIT 500`),
    ],
  }),
  table({
    title: 'Places of ${user}',
    description: 'Where this user was, with the first and the last time of each place in the time that is shown.',
    width: 12,
    height: 12,
    unit: 'none',
    ask: [
      rows(`
        SELECT if(city = '', 'unknown', toString(city)) AS place, country, network, count() AS activities, uniq(device) AS devices, min(at) AS first, max(at) AS last
        FROM activities WHERE ${ofUser} GROUP BY place, country, network ORDER BY last DESC LIMIT 200`),
    ],
  }),
]

/** Who was where, and could not have been. */
export const travel = dashboard({
  uid: 'watchword-travel',
  title: 'Watchword / Impossible travel',
  description: 'Who was where, and could not have been.',
  from: 'now-7d',
  variables: [...tenantVariables, userVariable],
  sections: [
    { title: 'In the time that is shown', panels: numbers },
    { title: 'Maps', panels: maps },
    { title: 'Journeys', panels: journeys },
  ],
})
