/**
 * What views of anomalies asked in the build that made them, where they ask something else today. A step of the schema that databases have
 * applied keeps its text.
 */
export const firstQueries: Readonly<Record<string, string>> = {
  impossible_travel: `SELECT began AS at, user AS subject, user, toString(before_country) AS from_country, toString(before_city) AS from_city,
      toFloat64(before_latitude) AS from_latitude, toFloat64(before_longitude) AS from_longitude, toString(country) AS to_country, toString(city) AS to_city,
      toFloat64(latitude) AS to_latitude, toFloat64(longitude) AS to_longitude, least(before_ended, began) AS left_at, round(distance, 1) AS km,
      round(distance * 3600000 / greatest(apart, 60000), 1) AS kmh, replaceOne(toString(an_ip), '::ffff:', '') AS ip
    FROM (
      SELECT *, if(began > before_ended, dateDiff('millisecond', before_ended, began),
  if(before_ended > ended, least(dateDiff('millisecond', before_began, began), dateDiff('millisecond', ended, before_ended)), dateDiff('millisecond', before_began, began))) AS apart,
        greatest(0, greatCircleDistance(before_longitude, before_latitude, longitude, latitude) / 1000 - accuracy - before_accuracy) AS distance
      FROM (
        SELECT *, row_number() OVER visits AS visit, lagInFrame(country) OVER visits AS before_country, lagInFrame(city) OVER visits AS before_city, lagInFrame(latitude) OVER visits AS before_latitude, lagInFrame(longitude) OVER visits AS before_longitude, lagInFrame(accuracy) OVER visits AS before_accuracy, lagInFrame(began) OVER visits AS before_began, lagInFrame(ended) OVER visits AS before_ended
        FROM (
          SELECT user, hour, country, city, latitude, longitude, max(accuracy_km) AS accuracy, min(first) AS began, max(last) AS ended, min(first_ip) AS an_ip
          FROM user_places
          WHERE user_places.tenant = {tenant:String} AND hour >= addHours({from:DateTime64(3, 'UTC')}, -25) AND hour < {to:DateTime64(3, 'UTC')} AND user IN (
            SELECT user FROM user_places WHERE user_places.tenant = {tenant:String} AND hour >= addHours({from:DateTime64(3, 'UTC')}, -25) AND hour < {to:DateTime64(3, 'UTC')} GROUP BY user
            HAVING min(latitude) != max(latitude) OR min(longitude) != max(longitude)
          )
          GROUP BY user, hour, country, city, latitude, longitude
        )
        WINDOW visits AS (PARTITION BY user ORDER BY began, ended, country, city, latitude, longitude ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
      )
      WHERE visit > 1
    )
    WHERE began >= {from:DateTime64(3, 'UTC')} AND began < {to:DateTime64(3, 'UTC')} AND distance > 100 AND distance * 3600000 / greatest(apart, 60000) > 900
    LIMIT 1 BY user, at`,
  rare_places: `SELECT fresh.began AS at, concat(fresh.kind, ' ', fresh.place, ' ', fresh.user) AS subject, fresh.kind AS kind,
      fresh.place AS place, fresh.user AS user, fresh.count AS activities, usual.users AS tenant_users,
      (SELECT uniq(user) FROM user_days WHERE user_days.tenant = {tenant:String} AND day >= addDays(toDate32({from:DateTime64(3, 'UTC')}), -60) AND day < toDate({from:DateTime64(3, 'UTC')})) AS tenant_users_all,
      log2((tenant_users_all + 1) / (usual.users + 1)) AS surprise_bits, own.days AS user_days
    FROM (
      SELECT user, tupleElement(origin, 1) AS kind, tupleElement(origin, 2) AS place, sum(user_days.activities) AS count, min(first) AS began
      FROM user_days ARRAY JOIN [('country', toString(country)), ('asn', if(asn = 0, '', toString(asn)))] AS origin
      WHERE user_days.tenant = {tenant:String} AND day >= toDate({from:DateTime64(3, 'UTC')}) AND day <= toDate(addMilliseconds({to:DateTime64(3, 'UTC')}, -1)) AND tupleElement(origin, 2) != ''
      GROUP BY user, kind, place HAVING began >= {from:DateTime64(3, 'UTC')} AND began < {to:DateTime64(3, 'UTC')}
    ) AS fresh
    LEFT JOIN (
      SELECT tupleElement(origin, 1) AS kind, tupleElement(origin, 2) AS place, uniqMerge(state) AS users
      FROM (SELECT country, asn, uniqState(user) AS state FROM user_days WHERE user_days.tenant = {tenant:String} AND day >= addDays(toDate32({from:DateTime64(3, 'UTC')}), -60) AND day < toDate({from:DateTime64(3, 'UTC')}) GROUP BY country, asn)
      ARRAY JOIN [('country', toString(country)), ('asn', if(asn = 0, '', toString(asn)))] AS origin
      GROUP BY kind, place
    ) AS usual ON fresh.kind = usual.kind AND fresh.place = usual.place
    INNER JOIN (
      SELECT user, uniqExact(day) AS days, groupUniqArray(toString(country)) AS countries, groupUniqArray(toString(asn)) AS asns
      FROM user_days
      WHERE user_days.tenant = {tenant:String} AND day >= addDays(toDate32({from:DateTime64(3, 'UTC')}), -60) AND day < toDate({from:DateTime64(3, 'UTC')}) AND user IN (
        SELECT user FROM user_days
        WHERE user_days.tenant = {tenant:String} AND day >= toDate({from:DateTime64(3, 'UTC')}) AND day <= toDate(addMilliseconds({to:DateTime64(3, 'UTC')}, -1)) AND ((country, asn) NOT IN (
          SELECT country, asn FROM user_days WHERE user_days.tenant = {tenant:String} AND day >= addDays(toDate32({from:DateTime64(3, 'UTC')}), -60) AND day < toDate({from:DateTime64(3, 'UTC')}) GROUP BY country, asn HAVING uniq(user) > 2
        ))
      )
      GROUP BY user
    ) AS own ON fresh.user = own.user
    WHERE own.days >= 7 AND NOT has(if(fresh.kind = 'country', own.countries, own.asns), fresh.place)
      AND usual.users <= greatest(2, 0.001 * tenant_users_all)`,
  dormant_accounts: `SELECT awake.began AS at, awake.user AS subject, awake.user AS user, slept.seen AS last_seen,
      dateDiff('day', slept.seen, awake.began) AS days_away,
      length(arrayFilter(each -> NOT has(slept.devices, each), awake.devices)) AS devices,
      length(arrayFilter(each -> NOT has(slept.countries, each), awake.countries)) AS countries
    FROM (
      SELECT user, min(first) AS began, groupUniqArrayIf(device, device != '') AS devices, groupUniqArrayIf(toString(country), country != '') AS countries
      FROM user_days
      WHERE user_days.tenant = {tenant:String} AND day >= toDate({from:DateTime64(3, 'UTC')}) AND day <= toDate(addMilliseconds({to:DateTime64(3, 'UTC')}, -1)) AND signed_in > 0 AND user NOT IN (SELECT user FROM user_days WHERE user_days.tenant = {tenant:String} AND day >= addDays(toDate32({from:DateTime64(3, 'UTC')}), -90) AND day < toDate({from:DateTime64(3, 'UTC')}) AND signed_in > 0)
      GROUP BY user HAVING began >= {from:DateTime64(3, 'UTC')} AND began < {to:DateTime64(3, 'UTC')}
    ) AS awake
    INNER JOIN (
      SELECT user, max(last) AS seen, groupUniqArray(device) AS devices, groupUniqArray(toString(country)) AS countries
      FROM user_days
      WHERE user_days.tenant = {tenant:String} AND day < addDays(toDate32({from:DateTime64(3, 'UTC')}), -90) AND signed_in > 0
      GROUP BY user
    ) AS slept ON awake.user = slept.user
    WHERE days_away > 90`,
  shared_devices: `SELECT max(last) AS at, user_days.device AS subject, user_days.device AS device, uniqExact(user) AS users,
      arraySort(groupUniqArray(20)(user)) AS user_names, sum(user_days.activities) AS activities, uniqExact(country) AS countries, min(first) AS first_seen
    FROM user_days WHERE user_days.tenant = {tenant:String} AND day >= toDate({from:DateTime64(3, 'UTC')}) AND day <= toDate(addMilliseconds({to:DateTime64(3, 'UTC')}, -1)) AND device != ''
    GROUP BY user_days.device
    HAVING users >= 3 AND at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}`,
}
