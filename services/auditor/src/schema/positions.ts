import type { Migration } from '@watchword/clickhouse'

const source = 'topic, partition, source_stage, source_partition'
const mark = 'max((source_offset, source_index)) AS mark'

/** The query for the positions of records, as many as `where` leaves. */
export function positionsOfRecords(where = ''): string {
  return `SELECT ${source}, max((records.offset, hash, stored)) AS last, ${mark} FROM records ${where} GROUP BY ${source}`
}

/**
 * Where the audit stood, kept for ever: how far it has come of a partition in which nothing has happened for as long as records are kept would
 * otherwise be gone with the last of them.
 */
export const positions: Migration = {
  id: '0014',
  name: 'positions',
  sql: [
    `CREATE TABLE IF NOT EXISTS positions @onCluster (
      topic LowCardinality(String),
      partition UInt16,
      source_stage LowCardinality(String),
      source_partition UInt16,
      last SimpleAggregateFunction(max, Tuple(offset UInt64, hash FixedString(32), stored DateTime64(3, 'UTC'))),
      mark SimpleAggregateFunction(max, Tuple(offset UInt64, index UInt16))
    )
    ENGINE = @engine(AggregatingMergeTree)
    ORDER BY (${source})`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS positions_of_records @onCluster TO positions AS
     ${positionsOfRecords()}`,
    // What was stored before; links are read of the last records alone, and the marks of all for themselves.
    `INSERT INTO positions ${positionsOfRecords(
      `WHERE (${source}, records.offset) IN (SELECT ${source}, max(records.offset) FROM records GROUP BY ${source})`,
    )}`,
    `INSERT INTO positions SELECT ${source}, (0, toFixedString('', 32), toDateTime64(0, 3, 'UTC')) AS last, ${mark}
     FROM records WHERE source_stage != '' GROUP BY ${source}`,
  ],
}
