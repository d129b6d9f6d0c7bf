import type { Migration } from '@watchword/clickhouse'

/** Up to when the records came from a back-up: the database has their rows, and not the tokens of their inserts. */
export const restores: Migration = {
  id: '0015',
  name: 'restores',
  sql: [
    `CREATE TABLE IF NOT EXISTS restores @onCluster (
      up_to DateTime64(3, 'UTC')
    )
    ENGINE = @engine(MergeTree)
    ORDER BY up_to
    SETTINGS @deduplicationWindow(100)`,
  ],
}
