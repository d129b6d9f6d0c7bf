import type { Migration } from '@watchword/clickhouse'
import { derivedTable } from './derived-table.ts'

const data = `JSONExtract(body, 'body', 'data', 'Tuple(
  id String, type String, outcome String, device String, fingerprint String, ip String, late Bool,
  action Tuple(type String, resource String, sensitivity String, count Float64),
  network Tuple(country String, asn UInt32, type String),
  agent Tuple(browser String, os String, deviceType String))')`

/** What users did, one row each; what is unknown is empty. */
export const activities: Migration = {
  id: '0003',
  name: 'activities',
  sql: [
    derivedTable('activities', {
      columns: `
        id String CODEC(ZSTD(1)),
        type LowCardinality(String),
        outcome LowCardinality(String),
        device String CODEC(ZSTD(1)),
        fingerprint String CODEC(ZSTD(1)),
        ip IPv6 CODEC(ZSTD(1)),
        country LowCardinality(String),
        asn UInt32 CODEC(ZSTD(1)),
        network LowCardinality(String),
        browser LowCardinality(String),
        os LowCardinality(String),
        device_type LowCardinality(String),
        action LowCardinality(String),
        resource String CODEC(ZSTD(1)),
        sensitivity LowCardinality(String),
        action_count Float64,
        late Bool,
        INDEX by_ip ip TYPE bloom_filter GRANULARITY 4,
        INDEX by_device device TYPE bloom_filter GRANULARITY 4`,
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS activities_of_records @onCluster TO activities AS
     WITH ${data} AS data
     SELECT tenant, app, user, session, at, partition, offset,
       tupleElement(data, 'id') AS id, tupleElement(data, 'type') AS type, tupleElement(data, 'outcome') AS outcome,
       tupleElement(data, 'device') AS device, tupleElement(data, 'fingerprint') AS fingerprint,
       toIPv6OrDefault(tupleElement(data, 'ip')) AS ip,
       tupleElement(tupleElement(data, 'network'), 'country') AS country,
       tupleElement(tupleElement(data, 'network'), 'asn') AS asn,
       tupleElement(tupleElement(data, 'network'), 'type') AS network,
       tupleElement(tupleElement(data, 'agent'), 'browser') AS browser,
       tupleElement(tupleElement(data, 'agent'), 'os') AS os,
       tupleElement(tupleElement(data, 'agent'), 'deviceType') AS device_type,
       tupleElement(tupleElement(data, 'action'), 'type') AS action,
       tupleElement(tupleElement(data, 'action'), 'resource') AS resource,
       tupleElement(tupleElement(data, 'action'), 'sensitivity') AS sensitivity,
       tupleElement(tupleElement(data, 'action'), 'count') AS action_count,
       tupleElement(data, 'late') AS late
     FROM records WHERE topic = 'watchword.activity.v1' AND records.type = 'activity'`,
  ],
}
