import type { Migration } from '@watchword/clickhouse'

/** The signed checkpoints of the chains, for whoever asks and for the replica that signs the next one; the same stand in a second place. */
export const checkpoints: Migration = {
  id: '0007',
  name: 'checkpoints',
  sql: [
    `CREATE TABLE IF NOT EXISTS checkpoints @onCluster (
      number UInt64,
      at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
      text String CODEC(ZSTD(3))
    )
    ENGINE = @engine(MergeTree)
    ORDER BY number`,
  ],
}
