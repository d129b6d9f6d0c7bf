export type DerivedTable = Readonly<{
  /** Beside whom it concerns, when, and where the record stands. */
  columns: string
}>

/** Days that rows are kept which the records can be asked for as well. */
const keptDays = 400

/** The statement for a table whose rows are made of records, each with its place, by a view in the same insert. */
export function derivedTable(name: string, { columns }: DerivedTable): string {
  return `CREATE TABLE IF NOT EXISTS ${name} @onCluster (
      tenant LowCardinality(String),
      app LowCardinality(String),
      user String CODEC(ZSTD(1)),
      session String CODEC(ZSTD(1)),
      at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
      partition UInt16,
      offset UInt64 CODEC(Delta, ZSTD(1)),
      ${columns},
      INDEX by_session session TYPE bloom_filter GRANULARITY 4,
      PROJECTION by_user (SELECT * ORDER BY tenant, user, at)
    )
    ENGINE = @engine(MergeTree)
    PARTITION BY toYYYYMM(at)
    ORDER BY (tenant, toStartOfHour(at), partition, offset)
    TTL toDateTime(at) + INTERVAL ${keptDays} DAY
    SETTINGS ttl_only_drop_parts = 1, @deduplicationWindow(10000)`
}
