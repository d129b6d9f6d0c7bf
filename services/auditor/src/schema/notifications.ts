import type { Migration } from '@watchword/clickhouse'
import { counted } from './counts.ts'
import { derivedTable } from './derived-table.ts'

const raisedData = `JSONExtract(body, 'body', 'data', 'Tuple(
  id String, kind String, severity String, audience Array(String), device String, subject String, signals Array(String),
  score Float32, level String, similar UInt64)')`

const attemptedData = `JSONExtract(body, 'body', 'data', 'Tuple(
  notification String, endpoint String, attempt UInt16, outcome String, detail String, nextAt Int64)')`

/** Who was told what, and what became of each attempt to tell them. */
export const notifications: Migration = {
  id: '0009',
  name: 'notifications',
  sql: [
    derivedTable('notifications', {
      columns: `
        id String CODEC(ZSTD(1)),
        kind LowCardinality(String),
        severity LowCardinality(String),
        audience Array(LowCardinality(String)),
        device String CODEC(ZSTD(1)),
        subject String CODEC(ZSTD(1)),
        signal_codes Array(LowCardinality(String)),
        score Float32,
        level LowCardinality(String),
        similar UInt64,
        INDEX by_id id TYPE bloom_filter GRANULARITY 4,
        INDEX by_kind kind TYPE set(50) GRANULARITY 4`,
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS notifications_of_records @onCluster TO notifications AS
     WITH ${raisedData} AS data
     SELECT tenant, app, user, session, at, partition, offset,
       tupleElement(data, 'id') AS id, tupleElement(data, 'kind') AS kind, tupleElement(data, 'severity') AS severity,
       tupleElement(data, 'audience') AS audience, tupleElement(data, 'device') AS device,
       tupleElement(data, 'subject') AS subject, tupleElement(data, 'signals') AS signal_codes,
       tupleElement(data, 'score') AS score, tupleElement(data, 'level') AS level, tupleElement(data, 'similar') AS similar
     FROM records WHERE topic = 'watchword.notification.v1' AND records.type = 'notification.notification-raised'`,
    derivedTable('deliveries', {
      columns: `
        notification String CODEC(ZSTD(1)),
        endpoint LowCardinality(String),
        attempt UInt16,
        outcome LowCardinality(String),
        detail LowCardinality(String),
        next_at DateTime64(3, 'UTC') CODEC(ZSTD(1)),
        INDEX by_notification notification TYPE bloom_filter GRANULARITY 4,
        INDEX by_outcome outcome TYPE set(10) GRANULARITY 4`,
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS deliveries_of_records @onCluster TO deliveries AS
     WITH ${attemptedData} AS data
     SELECT tenant, app, user, session, at, partition, offset,
       tupleElement(data, 'notification') AS notification, tupleElement(data, 'endpoint') AS endpoint,
       tupleElement(data, 'attempt') AS attempt, tupleElement(data, 'outcome') AS outcome, tupleElement(data, 'detail') AS detail,
       fromUnixTimestamp64Milli(tupleElement(data, 'nextAt'), 'UTC') AS next_at
     FROM records WHERE topic = 'watchword.notification.v1' AND records.type = 'notification.delivery-attempted'`,
    counted('counts_of_notifications', 'notifications', "[('notification', toString(kind))]"),
    counted('counts_of_deliveries', 'deliveries', "[('delivery', toString(outcome))]"),
  ],
}
