import type { Migration } from '@watchword/clickhouse'

/** Days that the rollups are kept: as long as what they are made of. */
const keptDays = 400

function rollup(
  name: string,
  { columns, order, moment }: Readonly<{ columns: string; order: string; moment: string }>,
): string {
  return `CREATE TABLE IF NOT EXISTS ${name} @onCluster (tenant LowCardinality(String), ${columns})
    ENGINE = @engine(AggregatingMergeTree)
    PARTITION BY toYYYYMM(${moment})
    ORDER BY (tenant, ${order})
    TTL toDateTime(${moment}) + INTERVAL ${keptDays} DAY
    SETTINGS ttl_only_drop_parts = 1, @deduplicationWindow(10000)`
}

/**
 * What the views of anomalies read in place of every activity, made in the insert that brings it, under its token: of what is sent again nothing is
 * added twice. A row may be there in parts until they are merged, so whoever reads sums (`sum`, `min`, `max`) and never counts rows.
 */
export const analyticsRollups: Migration = {
  id: '0011',
  name: 'rollups of analytics',
  sql: [
    // What a user did on a day, from which device and where.
    rollup('user_days', {
      columns: `
        day Date CODEC(Delta, ZSTD(1)),
        user String CODEC(ZSTD(1)),
        app LowCardinality(String),
        device String CODEC(ZSTD(1)),
        country LowCardinality(String),
        asn UInt32 CODEC(ZSTD(1)),
        peers SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
        activities SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
        signed_in SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
        exported SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
        first SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1)),
        last SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))`,
      order: 'day, user, app, device, country, asn',
      moment: 'day',
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS user_days_of_activities @onCluster TO user_days AS
     SELECT tenant, toDate(at, 'UTC') AS day, user, app, device, country, asn, max(toString(activities.peers)) AS peers,
       count() AS activities, countIf(type = 'login') AS signed_in, sumIf(action_count, action = 'export') AS exported,
       min(at) AS first, max(at) AS last
     FROM activities WHERE outcome = 'succeeded' AND user != ''
     GROUP BY tenant, day, user, app, device, country, asn`,
    // Where a user was in an hour. A place behind a VPN or a proxy is that of its exit.
    rollup('user_places', {
      columns: `
        hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
        user String CODEC(ZSTD(1)),
        country LowCardinality(String),
        city LowCardinality(String),
        latitude Float32 CODEC(ZSTD(1)),
        longitude Float32 CODEC(ZSTD(1)),
        accuracy_km SimpleAggregateFunction(max, Float32) CODEC(ZSTD(1)),
        first SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1)),
        last SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1)),
        first_ip SimpleAggregateFunction(min, IPv6) CODEC(ZSTD(1))`,
      order: 'hour, user, country, city, latitude, longitude',
      moment: 'hour',
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS user_places_of_activities @onCluster TO user_places AS
     SELECT tenant, toStartOfHour(toDateTime(at, 'UTC')) AS hour, user, country, city,
       assumeNotNull(activities.latitude) AS latitude, assumeNotNull(activities.longitude) AS longitude,
       max(activities.accuracy_km) AS accuracy_km, min(at) AS first, max(at) AS last, min(ip) AS first_ip
     FROM activities
     WHERE outcome = 'succeeded' AND user != '' AND isNotNull(activities.latitude) AND isNotNull(activities.longitude)
       AND network NOT IN ('hosting', 'vpn', 'tor', 'proxy', 'relay')
     GROUP BY tenant, hour, user, country, city, latitude, longitude`,
    // Who tried to sign in from where in an hour.
    rollup('sign_ins', {
      columns: `
        hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
        ip IPv6 CODEC(ZSTD(1)),
        fingerprint String CODEC(ZSTD(1)),
        user String CODEC(ZSTD(1)),
        app LowCardinality(String),
        failed SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
        succeeded SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
        first SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1)),
        last SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))`,
      order: 'hour, ip, fingerprint, user, app',
      moment: 'hour',
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS sign_ins_of_activities @onCluster TO sign_ins AS
     SELECT tenant, toStartOfHour(toDateTime(at, 'UTC')) AS hour, ip, fingerprint, user, app,
       countIf(outcome = 'failed') AS failed, countIf(outcome = 'succeeded') AS succeeded, min(at) AS first, max(at) AS last
     FROM activities WHERE type = 'login' AND outcome IN ('failed', 'succeeded')
     GROUP BY tenant, hour, ip, fingerprint, user, app`,
    // What was above LOW of a user on a day.
    rollup('risk_days', {
      columns: `
        day Date CODEC(Delta, ZSTD(1)),
        user String CODEC(ZSTD(1)),
        medium SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
        high SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
        denied SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
        score SimpleAggregateFunction(max, Float32) CODEC(ZSTD(1)),
        probability SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1)),
        last_high SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))`,
      order: 'day, user',
      moment: 'day',
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS risk_days_of_assessments @onCluster TO risk_days AS
     SELECT tenant, toDate(at, 'UTC') AS day, user, countIf(level = 'MEDIUM') AS medium, countIf(level = 'HIGH') AS high,
       countIf(decision = 'deny') AS denied, max(assessments.score) AS score, max(assessments.probability) AS probability,
       maxIf(at, level = 'HIGH') AS last_high
     FROM assessments WHERE level != 'LOW' AND user != ''
     GROUP BY tenant, day, user`,
  ],
}
