import type { Migration } from '@watchword/clickhouse'

/**
 * Every record of the log, once, in the order in which a tenant's are asked for. `stored` is the time of the insert, the same in all its rows
 * and later in each: it cuts the table into months without cutting an insert in two, which would then not be stored whole or not at all.
 * By user everything is kept a second time, since a timeline would otherwise read a whole block of records for each of its own.
 */
export const records: Migration = {
  id: '0002',
  name: 'records',
  sql: [
    `CREATE TABLE IF NOT EXISTS records @onCluster (
      hash FixedString(32) CODEC(NONE),
      topic LowCardinality(String),
      partition UInt16,
      offset UInt64 CODEC(Delta, ZSTD(1)),
      at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
      tenant LowCardinality(String),
      user String CODEC(ZSTD(1)),
      app LowCardinality(String),
      session String CODEC(ZSTD(1)),
      type LowCardinality(String),
      id String CODEC(ZSTD(1)),
      body String CODEC(ZSTD(3)),
      source_stage LowCardinality(String),
      source_partition UInt16,
      source_offset UInt64 CODEC(Delta, ZSTD(1)),
      source_index UInt16,
      stored DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
      INDEX by_id id TYPE bloom_filter GRANULARITY 4,
      INDEX by_stored stored TYPE minmax GRANULARITY 1,
      PROJECTION by_user (SELECT * ORDER BY tenant, user, at, topic, partition, offset)
    )
    ENGINE = @engine(MergeTree)
    PARTITION BY toYYYYMM(stored)
    ORDER BY (tenant, toStartOfHour(at), topic, partition, offset)
    SETTINGS @deduplicationWindow(10000)`,
    // The name that people know; a database of an earlier build has a table of this name, which stays as it is.
    `CREATE VIEW IF NOT EXISTS audit @onCluster AS
     SELECT topic, partition, offset, at, tenant, user, app, session, type, id, body,
       source_stage, source_partition, source_offset, source_index
     FROM records`,
  ],
}
