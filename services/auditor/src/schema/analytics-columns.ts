import type { Migration } from '@watchword/clickhouse'

const activity = `JSONExtract(body, 'body', 'data', 'Tuple(
  id String, type String, outcome String, device String, fingerprint String, ip String, late Bool,
  action Tuple(type String, resource String, sensitivity String, count Float64),
  network Tuple(country String, city String, latitude Nullable(Float32), longitude Nullable(Float32), accuracyKm Float32, asn UInt32, type String),
  agent Tuple(browser String, os String, deviceType String),
  attributes Tuple(role String, group String))')`

const network = (name: string): string => `tupleElement(tupleElement(data, 'network'), '${name}')`
const action = (name: string): string => `tupleElement(tupleElement(data, 'action'), '${name}')`
const agent = (name: string): string => `tupleElement(tupleElement(data, 'agent'), '${name}')`
const attribute = (name: string): string => `tupleElement(tupleElement(data, 'attributes'), '${name}')`

const lock = `if(type = 'session.session-unlocked',
  JSONExtract(body, 'body', 'data', '${lockTuple('lock')}'),
  JSONExtract(body, 'body', 'data', 'lock', '${lockTuple('id')}'))`

function lockTuple(id: string): string {
  return `Tuple(${id} String, version UInt64, scope String, app String, session String, device String, level String, by String, operator String, reason String, causes Array(Tuple(activity String, time Int64)))`
}

/**
 * What analytics ask for and the tables did not have: where somebody was, whom they are like, when the log took a record, and when what caused a
 * lock was received. Rows of before have the defaults: no place, no peers, 1970.
 */
export const analyticsColumns: Migration = {
  id: '0010',
  name: 'columns of analytics',
  sql: [
    `ALTER TABLE records @onCluster ADD COLUMN IF NOT EXISTS appended DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))`,
    `ALTER TABLE activities @onCluster
       ADD COLUMN IF NOT EXISTS city LowCardinality(String),
       ADD COLUMN IF NOT EXISTS latitude Nullable(Float32) CODEC(ZSTD(1)),
       ADD COLUMN IF NOT EXISTS longitude Nullable(Float32) CODEC(ZSTD(1)),
       ADD COLUMN IF NOT EXISTS accuracy_km Float32 CODEC(ZSTD(1)),
       ADD COLUMN IF NOT EXISTS peers LowCardinality(String)`,
    `ALTER TABLE activities_of_records @onCluster MODIFY QUERY
     WITH ${activity} AS data
     SELECT tenant, app, user, session, at, partition, offset,
       tupleElement(data, 'id') AS id, tupleElement(data, 'type') AS type, tupleElement(data, 'outcome') AS outcome,
       tupleElement(data, 'device') AS device, tupleElement(data, 'fingerprint') AS fingerprint,
       toIPv6OrDefault(tupleElement(data, 'ip')) AS ip,
       ${network('country')} AS country, ${network('asn')} AS asn, ${network('type')} AS network,
       ${agent('browser')} AS browser, ${agent('os')} AS os, ${agent('deviceType')} AS device_type,
       ${action('type')} AS action, ${action('resource')} AS resource, ${action('sensitivity')} AS sensitivity,
       ${action('count')} AS action_count, tupleElement(data, 'late') AS late,
       ${network('city')} AS city, ${network('latitude')} AS latitude, ${network('longitude')} AS longitude,
       ${network('accuracyKm')} AS accuracy_km,
       if(${attribute('role')} != '', ${attribute('role')}, ${attribute('group')}) AS peers
     FROM records WHERE topic = 'watchword.activity.v1' AND records.type = 'activity'`,
    `ALTER TABLE lock_events @onCluster
       ADD COLUMN IF NOT EXISTS appended DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
       ADD COLUMN IF NOT EXISTS caused_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))`,
    `ALTER TABLE lock_events_of_records @onCluster MODIFY QUERY
     WITH ${lock} AS data
     SELECT tenant, tupleElement(data, 4) AS app, user, tupleElement(data, 5) AS session, at, partition, offset,
       tupleElement(data, 1) AS lock, tupleElement(data, 2) AS version, substring(type, 9) AS event,
       tupleElement(data, 3) AS scope, tupleElement(data, 6) AS device, tupleElement(data, 7) AS level,
       tupleElement(data, 8) AS by, tupleElement(data, 9) AS operator, tupleElement(data, 10) AS reason,
       appended, fromUnixTimestamp64Milli(arrayMax(arrayMap(cause -> tupleElement(cause, 2), tupleElement(data, 11))), 'UTC') AS caused_at
     FROM records
     WHERE topic = 'watchword.session.v1'
       AND type IN ('session.session-locked', 'session.lock-extended', 'session.session-unlocked')`,
  ],
}
