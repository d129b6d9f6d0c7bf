import type { Migration } from '@watchword/clickhouse'

function countsTable(name: string, moment: string, keptDays: number): string {
  return `CREATE TABLE IF NOT EXISTS ${name} @onCluster (
      tenant LowCardinality(String),
      subject LowCardinality(String),
      ${moment} DateTime('UTC') CODEC(Delta, ZSTD(1)),
      app LowCardinality(String),
      name LowCardinality(String),
      count SimpleAggregateFunction(sum, UInt64),
      users AggregateFunction(uniq, String)
    )
    ENGINE = @engine(AggregatingMergeTree)
    PARTITION BY toYYYYMM(${moment})
    ORDER BY (tenant, subject, ${moment}, app, name)
    TTL ${moment} + INTERVAL ${keptDays} DAY
    SETTINGS ttl_only_drop_parts = 1, @deduplicationWindow(10000)`
}

/** Counts the rows of a table by what `pairs` makes of each: tuples of a subject and a name. */
export function counted(view: string, table: string, pairs: string): string {
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view} @onCluster TO counts_by_minute AS
    WITH arrayJoin(${pairs}) AS pair
    SELECT tenant, tupleElement(pair, 1) AS subject, toStartOfMinute(toDateTime(at)) AS minute, app,
      tupleElement(pair, 2) AS name, count() AS count, uniqState(user) AS users
    FROM ${table} GROUP BY tenant, subject, minute, app, name`
}

/** How many there were of each, and of how many users, by minute and by hour. Of a record that is stored in one insert, however often it is sent, each count has one. */
export const counts: Migration = {
  id: '0006',
  name: 'counts',
  sql: [
    countsTable('counts_by_minute', 'minute', 92),
    countsTable('counts_by_hour', 'hour', 1_100),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS hours_of_minutes @onCluster TO counts_by_hour AS
     SELECT tenant, subject, toStartOfHour(minute) AS hour, app, name, sum(count) AS count, uniqMergeState(users) AS users
     FROM counts_by_minute GROUP BY tenant, subject, hour, app, name`,
    counted('counts_of_activities', 'activities', "[('activity', concat(type, '.', outcome))]"),
    counted('counts_of_assessments', 'assessments', "[('decision', toString(decision)), ('level', toString(level))]"),
    counted(
      'counts_of_signals',
      'assessment_signals',
      "[(if(status = 'unavailable', 'unavailable-signal', 'signal'), toString(code))]",
    ),
    counted(
      'counts_of_lock_events',
      'lock_events',
      "[('lock', if(event = 'session-unlocked', concat('unlocked-by-', by), toString(event)))]",
    ),
    counted('counts_of_session_events', 'session_events', "[('session', toString(event))]"),
  ],
}
