import type { Migration } from '@watchword/clickhouse'
import { derivedTable } from './derived-table.ts'

const lockEvents = "('session.session-locked', 'session.lock-extended', 'session.session-unlocked')"

/** A lock stands in its event whole where it came into force or changed, and by its id where it was opened. */
const lockData = `if(type = 'session.session-unlocked',
  JSONExtract(body, 'body', 'data', '${tupleOfLock('lock')}'),
  JSONExtract(body, 'body', 'data', 'lock', '${tupleOfLock('id')}'))`

function tupleOfLock(id: string): string {
  return `Tuple(${id} String, version UInt64, scope String, app String, session String, device String, level String, by String, operator String, reason String)`
}

const sessionData = `JSONExtract(body, 'body', 'data', 'Tuple(
  lock String, factor String, factorKind String, kind String, reason String, refusal String, change String, purpose String,
  command String, authorization String, attemptsLeft Int64, ended Bool)')`

/** What happened to locks, and what else happened to users' sessions and factors. */
export const sessionEvents: Migration = {
  id: '0005',
  name: 'session events',
  sql: [
    derivedTable('lock_events', {
      columns: `
        lock String CODEC(ZSTD(1)),
        version UInt64,
        event LowCardinality(String),
        scope LowCardinality(String),
        device String CODEC(ZSTD(1)),
        level LowCardinality(String),
        by LowCardinality(String),
        operator LowCardinality(String),
        reason String CODEC(ZSTD(1)),
        INDEX by_lock lock TYPE bloom_filter GRANULARITY 4`,
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS lock_events_of_records @onCluster TO lock_events AS
     WITH ${lockData} AS data
     SELECT tenant, tupleElement(data, 4) AS app, user, tupleElement(data, 5) AS session, at, partition, offset,
       tupleElement(data, 1) AS lock, tupleElement(data, 2) AS version, substring(type, 9) AS event,
       tupleElement(data, 3) AS scope, tupleElement(data, 6) AS device, tupleElement(data, 7) AS level,
       tupleElement(data, 8) AS by, tupleElement(data, 9) AS operator, tupleElement(data, 10) AS reason
     FROM records WHERE topic = 'watchword.session.v1' AND type IN ${lockEvents}`,
    derivedTable('session_events', {
      columns: `
        event LowCardinality(String),
        lock String CODEC(ZSTD(1)),
        factor String CODEC(ZSTD(1)),
        factor_kind LowCardinality(String),
        reason LowCardinality(String),
        command LowCardinality(String),
        authorization String CODEC(ZSTD(1)),
        ended Bool,
        INDEX by_event event TYPE set(50) GRANULARITY 4`,
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS session_events_of_records @onCluster TO session_events AS
     WITH ${sessionData} AS data
     SELECT tenant, app, user, session, at, partition, offset, substring(type, 9) AS event,
       tupleElement(data, 'lock') AS lock, tupleElement(data, 'factor') AS factor,
       if(tupleElement(data, 'factorKind') != '', tupleElement(data, 'factorKind'), tupleElement(data, 'kind')) AS factor_kind,
       concat(tupleElement(data, 'reason'), tupleElement(data, 'refusal'), tupleElement(data, 'change'), tupleElement(data, 'purpose')) AS reason,
       tupleElement(data, 'command') AS command, tupleElement(data, 'authorization') AS authorization,
       tupleElement(data, 'ended') AS ended
     FROM records WHERE topic = 'watchword.session.v1' AND startsWith(type, 'session.') AND type NOT IN ${lockEvents}`,
  ],
}
