import type { Migration } from '@watchword/clickhouse'
import { derivedTable } from './derived-table.ts'

const data = `JSONExtract(body, 'body', 'data', 'Tuple(
  assessment String, activity String, app String, session String, verdict String, by String, operator String, note String)')`

/** Every verdict; the latest of each assessment, an operator's above a user's; and what each signal was worth: the signals of judged assessments, each with that verdict. */
export const verdicts: Migration = {
  id: '0008',
  name: 'verdicts',
  sql: [
    derivedTable('verdicts', {
      columns: `
        assessment String CODEC(ZSTD(1)),
        activity String CODEC(ZSTD(1)),
        verdict LowCardinality(String),
        by LowCardinality(String),
        operator LowCardinality(String),
        note String CODEC(ZSTD(1)),
        INDEX by_assessment assessment TYPE bloom_filter GRANULARITY 4`,
    }),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS verdicts_of_records @onCluster TO verdicts AS
     WITH ${data} AS data
     SELECT tenant, tupleElement(data, 'app') AS app, user, tupleElement(data, 'session') AS session, at, partition, offset,
       tupleElement(data, 'assessment') AS assessment, tupleElement(data, 'activity') AS activity,
       tupleElement(data, 'verdict') AS verdict, tupleElement(data, 'by') AS by,
       tupleElement(data, 'operator') AS operator, tupleElement(data, 'note') AS note
     FROM records WHERE topic = 'watchword.session.v1' AND type = 'session.verdict-recorded'`,
    `CREATE VIEW IF NOT EXISTS latest_verdicts @onCluster AS
     SELECT tenant, assessment, argMax(verdicts.verdict, (verdicts.by = 'operator', verdicts.at, verdicts.offset)) AS verdict,
       argMax(verdicts.by, (verdicts.by = 'operator', verdicts.at, verdicts.offset)) AS by, max(verdicts.at) AS at
     FROM verdicts GROUP BY tenant, assessment`,
    `CREATE VIEW IF NOT EXISTS signal_verdicts @onCluster AS
     SELECT signals.tenant AS tenant, signals.app AS app, signals.at AS at, signals.assessment AS assessment,
       signals.code AS code, signals.points AS points, signals.level AS level, signals.decision AS decision,
       latest.verdict AS verdict, latest.by AS by
     FROM assessment_signals AS signals
     INNER JOIN latest_verdicts AS latest ON signals.tenant = latest.tenant AND signals.assessment = latest.assessment
     WHERE signals.status = 'evidence'`,
  ],
}
