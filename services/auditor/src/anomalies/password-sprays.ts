import { type AnomalyView, hoursAsked, integer, number, text, time } from './anomaly-view.ts'

/** In an hour; fewer are a family, a few colleagues, or somebody with several accounts. */
const usersMin = 10
/** Of all who signed in or tried to from there; a shared address has many who fail once, and nearly all of them get in after it. */
const failedShareMin = 0.5
/** More tries at each are an attack on few, whose accounts the failures of a user tell. */
const triesPerUserMax = 5

export const passwordSprays: AnomalyView = {
  name: 'password_sprays',
  about:
    'Addresses, and fingerprints seen at several of them, from which in one hour many users failed to sign in, a few times each, and did not get in.',
  days: 1,
  at: 'the first try of the first such hour',
  subject: '`address` or `fingerprint`, and which',
  columns: {
    kind: text('`address` or `fingerprint`.'),
    source: text('The address, or the fingerprint.'),
    users: integer('Users who failed from there and did not get in, in the worst hour.'),
    users_all: integer('Users who tried from there in that hour.'),
    attempts: integer('Failed tries of all such hours.'),
    tries_per_user: number('Failed tries for each user in the worst hour.'),
    addresses: integer('Addresses in the worst hour.'),
    hours: integer('Hours in which it was so.'),
    entered: integer('Users who got in from there in such an hour: their passwords are known.'),
    last_try: time('The last try.'),
  },
  query: `SELECT min(hourly.first) AS at, concat(hourly.kind, ' ', hourly.source) AS subject, hourly.kind AS kind, hourly.source AS source,
      max(hourly.failing) AS users, argMax(hourly.everybody, hourly.failing) AS users_all, sum(hourly.failures) AS attempts,
      argMax(hourly.failures / hourly.everybody, hourly.failing) AS tries_per_user, argMax(hourly.from_addresses, hourly.failing) AS addresses,
      count() AS hours, max(hourly.got_in) AS entered, max(hourly.last) AS last_try
    FROM (
      SELECT kind, source, hour, countIf(tries > 0 AND successes = 0) AS failing, count() AS everybody, sum(tries) AS failures,
        countIf(successes > 0) AS got_in, uniqExactArray(ips) AS from_addresses, min(first_try) AS first, max(last_try) AS last
      FROM (
        SELECT tupleElement(origin, 1) AS kind, tupleElement(origin, 2) AS source, hour, user, sum(failed) AS tries, sum(succeeded) AS successes,
          groupUniqArray(ip) AS ips, min(sign_ins.first) AS first_try, max(sign_ins.last) AS last_try
        FROM sign_ins
        ARRAY JOIN [('address', if(ip = toIPv6('::'), '', replaceOne(toString(ip), '::ffff:', ''))), ('fingerprint', fingerprint)] AS origin
        WHERE ${hoursAsked('sign_ins')} AND tupleElement(origin, 2) != ''
        GROUP BY kind, source, hour, user
      )
      GROUP BY kind, source, hour
      HAVING failing >= ${usersMin} AND failing >= ${failedShareMin} * everybody AND failures <= ${triesPerUserMax} * everybody
        AND (kind = 'address' OR from_addresses > 1)
    ) AS hourly
    GROUP BY hourly.kind, hourly.source`,
}
