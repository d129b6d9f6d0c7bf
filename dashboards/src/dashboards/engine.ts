import { dashboard } from '../build/dashboard.ts'
import { quietAtZero } from '../build/looks.ts'
import { barList, stat, table, timeSeries } from '../build/panels.ts'
import { metric, metricNow, rows, series } from '../build/queries.ts'
import { processVariables, tenantVariables } from '../build/variables.ts'

const of = '{job=~"$job", instance=~"$instance"}'

const log = [
  stat({
    title: 'Records waiting',
    description: 'In all partitions of all stages. When it grows, judgements and locks come late.',
    width: 4,
    height: 8,
    unit: 'short',
    steps: [
      [0, 'green'],
      [1000, 'orange'],
      [10_000, 'red'],
    ],
    ask: [metricNow(`sum(watchword_stage_lag_records${of})`)],
  }),
  timeSeries({
    title: 'Lag by stage',
    description: 'Records waiting to be folded, in all partitions of each stage.',
    width: 10,
    height: 8,
    unit: 'short',
    ask: [metric(`sum by (stage) (watchword_stage_lag_records${of})`, '{{stage}}')],
  }),
  timeSeries({
    title: 'Records folded per second',
    description: 'What each stage takes in: activities (profile), sightings (entity), commands and demands (lock).',
    width: 10,
    height: 8,
    unit: 'ops',
    ask: [metric(`sum by (stage) (rate(watchword_stage_records_folded_total${of}[$__rate_interval]))`, '{{stage}}')],
  }),
  timeSeries({
    title: 'Lag by partition, the worst',
    description: 'One partition that stays behind is one user or one app that does too much, or a process that hangs.',
    width: 12,
    height: 8,
    unit: 'short',
    ask: [metric(`topk(5, max by (stage, partition) (watchword_stage_lag_records${of}))`, '{{stage}} {{partition}}')],
  }),
  timeSeries({
    title: 'Time to save the state, p99',
    description: 'Every stage saves every second or 10 000 records.',
    width: 12,
    height: 8,
    unit: 's',
    ask: [
      metric(
        `histogram_quantile(0.99, sum by (le, stage) (rate(watchword_stage_save_seconds_bucket${of}[$__rate_interval])))`,
        '{{stage}}',
      ),
    ],
  }),
  timeSeries({
    title: 'Appends repeated, records written again',
    description:
      'Appends that the log did not take at once, and records that a process which had lost its partition wrote over. On one machine they stay at 0.',
    width: 12,
    height: 8,
    unit: 'ops',
    ask: [
      metric(`sum(rate(watchword_stage_appends_retried_total${of}[$__rate_interval]))`, 'appends repeated'),
      metric(`sum(rate(watchword_stage_repaired_records_total${of}[$__rate_interval]))`, 'records written again'),
      metric(
        `sum(rate(watchword_state_repaired_rows_total${of}[$__rate_interval])) or vector(0)`,
        'rows of states written again',
      ),
      metric(`sum(rate(watchword_stage_repeats_total${of}[$__rate_interval]))`, 'repeats dropped'),
    ],
  }),
  timeSeries({
    title: 'Restoring and standing by',
    description:
      'On Kafka: records of the changelog that a process still has to read before it goes on, and that its copies of others are behind. 0 where one process does all.',
    width: 12,
    height: 8,
    unit: 'short',
    ask: [
      metric(`sum(watchword_state_restoring_records${of}) or vector(0)`, 'restoring'),
      metric(`sum(watchword_state_standby_lag_records${of}) or vector(0)`, 'standby lag'),
    ],
  }),
]

const store = [
  timeSeries({
    title: 'Rows stored per second',
    description: 'Records that the auditor stored in ClickHouse.',
    width: 8,
    height: 8,
    unit: 'ops',
    ask: [metric(`sum(rate(watchword_audit_insert_rows_total${of}[$__rate_interval]))`, 'rows')],
  }),
  timeSeries({
    title: 'Time of an insert',
    description: 'With all tables that are made of the records.',
    width: 8,
    height: 8,
    unit: 's',
    ask: [
      metric(
        `histogram_quantile(0.5, sum by (le) (rate(watchword_audit_insert_seconds_bucket${of}[$__rate_interval])))`,
        'p50',
      ),
      metric(
        `histogram_quantile(0.99, sum by (le) (rate(watchword_audit_insert_seconds_bucket${of}[$__rate_interval])))`,
        'p99',
      ),
    ],
  }),
  stat({
    title: 'Inserts repeated',
    description: 'In the time that is shown. ClickHouse was away, or refused; nothing is lost, the auditor catches up.',
    width: 4,
    height: 4,
    unit: 'short',
    decimals: 0,
    steps: quietAtZero,
    ask: [metricNow(`sum(increase(watchword_audit_insert_failures_total${of}[$__range]))`)],
  }),
  stat({
    title: 'Checkpoints',
    description: 'Signed ends of the hash chains, in the time that is shown: one a minute while something happens.',
    width: 4,
    height: 4,
    unit: 'short',
    decimals: 0,
    ask: [metricNow(`sum(increase(watchword_audit_checkpoints_total${of}[$__range]))`)],
  }),
  stat({
    title: 'Checkpoints that failed',
    description: 'In the time that is shown: not signed or not stored in every place, and done again.',
    width: 4,
    height: 4,
    unit: 'short',
    decimals: 0,
    steps: quietAtZero,
    ask: [metricNow(`sum(increase(watchword_audit_checkpoint_failures_total${of}[$__range]))`)],
  }),
  stat({
    title: 'Chains',
    description: 'Hash chains of the records, one for each partition of a topic.',
    width: 4,
    height: 4,
    unit: 'short',
    ask: [
      rows(
        `SELECT uniq(topic, partition) AS value FROM records WHERE tenant = \${tenant:singlequote} AND $__timeFilter(at)`,
      ),
    ],
  }),
  table({
    title: 'Tables',
    description:
      'Rows, bytes and parts of every table of the audit. Hundreds of parts in one month are too many inserts.',
    width: 14,
    height: 10,
    unit: 'none',
    columns: { bytes: { unit: 'bytes' }, rows: { unit: 'short' }, ratio: { decimals: 1 } },
    ask: [
      rows(`
        SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, sum(data_uncompressed_bytes) / sum(data_compressed_bytes) AS ratio,
          count() AS parts, uniq(partition) AS months, max(modification_time) AS changed
        FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY bytes DESC, table`),
    ],
  }),
  barList({
    title: 'Records by topic',
    description: 'Of the tenant, in the time that is shown.',
    width: 10,
    height: 10,
    unit: 'short',
    ask: [
      rows(`
        SELECT toString(topic) AS name, count() AS records FROM records
        WHERE tenant = \${tenant:singlequote} AND $__timeFilter(at) GROUP BY name ORDER BY records DESC, name`),
    ],
  }),
  timeSeries({
    title: 'Records stored',
    description: 'Of the tenant, by topic, by the time of the log.',
    width: 24,
    height: 8,
    unit: 'short',
    as: 'bars',
    label: 'name',
    ask: [
      series(`
        SELECT $__timeInterval(at) AS time, toString(topic) AS name, count() AS value FROM records
        WHERE tenant = \${tenant:singlequote} AND $__timeFilter(at) GROUP BY time, name ORDER BY time, name`),
    ],
  }),
]

const processes = [
  timeSeries({
    title: 'Processor',
    description: 'Cores in use by each process.',
    width: 8,
    height: 8,
    unit: 'none',
    ask: [metric(`rate(process_cpu_seconds_total${of}[$__rate_interval])`, '{{job}} {{instance}}')],
  }),
  timeSeries({
    title: 'Memory',
    description: 'Resident memory of each process.',
    width: 8,
    height: 8,
    unit: 'bytes',
    ask: [metric(`process_resident_memory_bytes${of}`, '{{job}} {{instance}}')],
  }),
  timeSeries({
    title: 'Event loop, p99',
    description: 'How long the loop of a process makes its callbacks wait.',
    width: 8,
    height: 8,
    unit: 's',
    ask: [metric(`nodejs_eventloop_lag_p99_seconds${of}`, '{{job}} {{instance}}')],
  }),
]

/** What the platform runs on. */
export const engine = dashboard({
  uid: 'watchword-engine',
  title: 'Watchword / Kafka and ClickHouse',
  description: 'What the platform runs on: the log and its stages, ClickHouse, the processes.',
  variables: [...tenantVariables, ...processVariables],
  sections: [
    { title: 'The log and its stages', panels: log },
    { title: 'ClickHouse', panels: store },
    { title: 'Processes', panels: processes },
  ],
})
