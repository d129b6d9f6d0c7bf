import { type AnomalyView, daysAsked, daysBefore, integer, isAsked, number, text } from './anomaly-view.ts'

/** What is usual is told from so many days before the period. */
const historyDays = 60
/** Of a user with fewer days of their own nobody knows what is usual. */
const ownDaysMin = 7
/** Users of the tenant who were there before; more make it a place where people of the tenant are, and a journey there is none of this view's business. */
const tenantUsersMax = 2
const tenantShareMax = 0.001

const originsOf = (more: string): string =>
  `[${more}('country', toString(country)), ('asn', if(asn = 0, '', toString(asn)))]`
const place = "concat(tupleElement(origin, 1), ' ', tupleElement(origin, 2))"

/** By place how many users of the tenant were there before, and by `all ` how many there were: two arrays, of one pass over the days before. */
const usual = `(SELECT (arrayPushBack(groupArray(named), ''), arrayPushBack(groupArray(users), toUInt64(0))) FROM (
        SELECT ${place} AS named, uniqMerge(state) AS users
        FROM (SELECT country, asn, uniqState(user) AS state FROM user_days WHERE ${daysBefore('user_days', historyDays)} GROUP BY country, asn)
        ARRAY JOIN ${originsOf("('all', ''), ")} AS origin
        GROUP BY named
      ))`
const usersAt = (named: string): string =>
  `transform(${named}, tupleElement(usual, 1), tupleElement(usual, 2), toUInt64(0))`

/** Who did something before, and is where hardly anybody was then: few, so that what they did is looked for in few rows. One value, so that it is made once. */
const strangers = `(
      SELECT groupArray((user, kind, place, activities_there, began, users_there, users_all)) FROM (
        WITH ${usual} AS usual, ${usersAt("'all '")} AS users_before
        SELECT user, tupleElement(origin, 1) AS kind, tupleElement(origin, 2) AS place, sum(user_days.activities) AS activities_there,
          min(first) AS began, any(${usersAt(place)}) AS users_there, any(users_before) AS users_all
        FROM user_days ARRAY JOIN ${originsOf('')} AS origin
        WHERE ${daysAsked('user_days')} AND user IN (SELECT user FROM user_days WHERE ${daysBefore('user_days', historyDays)})
          AND place != '' AND ${usersAt(place)} <= greatest(${tenantUsersMax}, ${tenantShareMax} * users_before)
        GROUP BY user, kind, place HAVING ${isAsked('began')}
      )
    )`

/** Columns of the tuples of `strangers`, in their order. */
const [who, kind, where, activities, began, users, usersAll] = [1, 2, 3, 4, 5, 6, 7].map((index) => `fresh.${index}`)

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
  query: `WITH ${strangers} AS strangers
    SELECT ${began} AS at, concat(${kind}, ' ', ${where}, ' ', ${who}) AS subject, ${kind} AS kind, ${where} AS place, ${who} AS user,
      ${activities} AS activities, ${users} AS tenant_users, ${usersAll} AS tenant_users_all,
      log2((tenant_users_all + 1) / (tenant_users + 1)) AS surprise_bits, own.days AS user_days
    FROM (SELECT arrayJoin(strangers) AS fresh, tupleElement(fresh, 1) AS stranger) AS found
    INNER JOIN (
      SELECT user, uniqExact(day) AS days, groupUniqArray(toString(country)) AS countries, groupUniqArray(toString(asn)) AS asns
      FROM user_days
      WHERE ${daysBefore('user_days', historyDays)} AND user IN (SELECT tupleElement(arrayJoin(strangers), 1))
      GROUP BY user
    ) AS own ON found.stranger = own.user
    WHERE own.days >= ${ownDaysMin} AND NOT has(if(${kind} = 'country', own.countries, own.asns), ${where})`,
}
