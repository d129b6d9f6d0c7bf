import type { Migration } from '@watchword/clickhouse'
import { derivedTable } from './derived-table.ts'

const data = `JSONExtract(body, 'Tuple(
  id String, activity String, device String, type String, outcome String, score Float32, level String, previousLevel String,
  probability Float64, decision String, reasonAdmin String, engine String, trained Bool, late Bool,
  policy Tuple(profile String, version UInt64, hash String),
  signals Array(Tuple(code String, points Float32, status String)))')`

/** Every decision, and every signal that gave points to one or could not be evaluated. */
export const assessments: Migration = {
  id: '0004',
  name: 'assessments',
  sql: [
    derivedTable('assessments', {
      columns: `
        id String CODEC(ZSTD(1)),
        activity String CODEC(ZSTD(1)),
        device String CODEC(ZSTD(1)),
        type LowCardinality(String),
        outcome LowCardinality(String),
        score Float32,
        level LowCardinality(String),
        previous_level LowCardinality(String),
        probability Float64,
        decision LowCardinality(String),
        reason_admin String CODEC(ZSTD(1)),
        profile LowCardinality(String),
        policy_version UInt64,
        engine LowCardinality(String),
        trained Bool,
        late Bool,
        signal_codes Array(LowCardinality(String)),
        signal_points Array(Float32),
        signal_statuses Array(LowCardinality(String)),
        INDEX by_id id TYPE bloom_filter GRANULARITY 4,
        INDEX by_level level TYPE set(3) GRANULARITY 4,
        INDEX by_decision decision TYPE set(4) GRANULARITY 4`,
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS assessments_of_records @onCluster TO assessments AS
     WITH ${data} AS data
     SELECT tenant, app, user, session, at, partition, offset,
       tupleElement(data, 'id') AS id, tupleElement(data, 'activity') AS activity, tupleElement(data, 'device') AS device,
       tupleElement(data, 'type') AS type, tupleElement(data, 'outcome') AS outcome,
       tupleElement(data, 'score') AS score, tupleElement(data, 'level') AS level,
       tupleElement(data, 'previousLevel') AS previous_level, tupleElement(data, 'probability') AS probability,
       tupleElement(data, 'decision') AS decision, tupleElement(data, 'reasonAdmin') AS reason_admin,
       tupleElement(tupleElement(data, 'policy'), 'profile') AS profile,
       tupleElement(tupleElement(data, 'policy'), 'version') AS policy_version,
       tupleElement(data, 'engine') AS engine, tupleElement(data, 'trained') AS trained, tupleElement(data, 'late') AS late,
       arrayMap(signal -> tupleElement(signal, 'code'), tupleElement(data, 'signals')) AS signal_codes,
       arrayMap(signal -> tupleElement(signal, 'points'), tupleElement(data, 'signals')) AS signal_points,
       arrayMap(signal -> tupleElement(signal, 'status'), tupleElement(data, 'signals')) AS signal_statuses
     FROM records WHERE topic = 'watchword.assessment.v1' AND records.type = 'assessment'`,
    derivedTable('assessment_signals', {
      columns: `
        assessment String CODEC(ZSTD(1)),
        place UInt16,
        code LowCardinality(String),
        points Float32,
        status LowCardinality(String),
        level LowCardinality(String),
        decision LowCardinality(String),
        INDEX by_code code TYPE set(100) GRANULARITY 4`,
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS signals_of_assessments @onCluster TO assessment_signals AS
     SELECT tenant, app, user, session, at, partition, offset, id AS assessment, place, code, points, status, level, decision
     FROM assessments
     ARRAY JOIN signal_codes AS code, signal_points AS points, signal_statuses AS status, arrayEnumerate(signal_codes) AS place`,
  ],
}
