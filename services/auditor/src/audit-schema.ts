import type { Migration } from '@watchword/clickhouse'

/** The auditor's tables. */
export const auditMigrations: readonly Migration[] = [
  {
    id: '0001',
    name: 'audit',
    sql: [
      `CREATE TABLE IF NOT EXISTS audit (
        topic LowCardinality(String),
        partition UInt16,
        offset UInt64,
        at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        tenant LowCardinality(String),
        user String,
        app LowCardinality(String),
        session String,
        type LowCardinality(String),
        id String,
        body String CODEC(ZSTD(3)),
        source_stage LowCardinality(String),
        source_partition UInt16,
        source_offset UInt64,
        source_index UInt16,
        INDEX by_id id TYPE bloom_filter GRANULARITY 4
      )
      ENGINE = MergeTree
      ORDER BY (tenant, user, at, topic, partition, offset)
      SETTINGS non_replicated_deduplication_window = 10000`,
    ],
  },
]
