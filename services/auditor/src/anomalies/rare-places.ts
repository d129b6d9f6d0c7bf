import { type AnomalyView, daysAsked, daysBefore, integer, isAsked, number, text } from './anomaly-view.ts'

/** What is usual is told from so many days before the period. */
const historyDays = 60
/** Of a user with fewer days of their own nobody knows what is usual. */
const ownDaysMin = 7
/** Users of the tenant who were there before; more make it a place where people of the tenant are, and a journey there is none of this view's business. */
const tenantUsersMax = 2
const tenantShareMax = 0.001

const places = `[('country', toString(country)), ('asn', if(asn = 0, '', toString(asn)))]`

export const rarePlaces: AnomalyView = {
  name: 'rare_places',
  about:
    'Countries and networks from which somebody did something for the first time in 60 days, and hardly anybody else of the tenant did before.',
  days: 1,
  at: 'the first activity from there',
  subject: '`country` or `asn`, which, and the user',
  columns: {
    kind: text('`country` or `asn`.'),
    place: text('ISO 3166-1 alpha-2, or the number of the autonomous system.'),
    user: text('The user.'),
    activities: integer('Activities from there on the days of the period.'),
    tenant_users: integer('Users of the tenant who were there in the 60 days before.'),
    tenant_users_all: integer('Users of the tenant in them.'),
    surprise_bits: number('-log2 of the share of the users who were there before, each counted with one more.'),
    user_days: integer('Days of the 60 on which the user did something; on none from there.'),
  },
  query: `SELECT fresh.began AS at, concat(fresh.kind, ' ', fresh.place, ' ', fresh.user) AS subject, fresh.kind AS kind,
      fresh.place AS place, fresh.user AS user, fresh.count AS activities, usual.users AS tenant_users,
      (SELECT uniq(user) FROM user_days WHERE ${daysBefore('user_days', historyDays)}) AS tenant_users_all,
      log2((tenant_users_all + 1) / (usual.users + 1)) AS surprise_bits, own.days AS user_days
    FROM (
      SELECT user, tupleElement(origin, 1) AS kind, tupleElement(origin, 2) AS place, sum(user_days.activities) AS count, min(first) AS began
      FROM user_days ARRAY JOIN ${places} AS origin
      WHERE ${daysAsked('user_days')} AND tupleElement(origin, 2) != ''
      GROUP BY user, kind, place HAVING ${isAsked('began')}
    ) AS fresh
    LEFT JOIN (
      SELECT tupleElement(origin, 1) AS kind, tupleElement(origin, 2) AS place, uniqMerge(state) AS users
      FROM (SELECT country, asn, uniqState(user) AS state FROM user_days WHERE ${daysBefore('user_days', historyDays)} GROUP BY country, asn)
      ARRAY JOIN ${places} AS origin
      GROUP BY kind, place
    ) AS usual ON fresh.kind = usual.kind AND fresh.place = usual.place
    INNER JOIN (
      SELECT user, uniqExact(day) AS days, groupUniqArray(toString(country)) AS countries, groupUniqArray(toString(asn)) AS asns
      FROM user_days
      WHERE ${daysBefore('user_days', historyDays)} AND user IN (
        SELECT user FROM user_days
        WHERE ${daysAsked('user_days')} AND ((country, asn) NOT IN (
          SELECT country, asn FROM user_days WHERE ${daysBefore('user_days', historyDays)} GROUP BY country, asn HAVING uniq(user) > ${tenantUsersMax}
        ))
      )
      GROUP BY user
    ) AS own ON fresh.user = own.user
    WHERE own.days >= ${ownDaysMin} AND NOT has(if(fresh.kind = 'country', own.countries, own.asns), fresh.place)
      AND usual.users <= greatest(${tenantUsersMax}, ${tenantShareMax} * tenant_users_all)`,
}
