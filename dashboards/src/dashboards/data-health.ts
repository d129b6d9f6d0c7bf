import { dashboard } from '../build/dashboard.ts'
import { quietAtZero } from '../build/looks.ts'
import { barList, fact, stat, table, timeSeries } from '../build/panels.ts'
import { metric, metricNow, rows, series } from '../build/queries.ts'
import { inTime } from '../build/sql.ts'
import { processVariables, tenantVariables } from '../build/variables.ts'

const of = '{job=~"$job", instance=~"$instance"}'

const intake = [
  stat({
    title: 'Accepted per second',
    description: 'Activities that were made durable, of all tenants.',
    width: 4,
    height: 4,
    unit: 'ops',
    decimals: 1,
    ask: [
      metric(
        'sum(rate(watchword_ingest_activities_total{status="accepted", job=~"$job", instance=~"$instance"}[$__rate_interval]))',
        'accepted',
      ),
    ],
  }),
  stat({
    title: 'Rejected',
    description: 'The share of what was sent that could not be taken: an app sends what the contract does not allow.',
    width: 4,
    height: 4,
    unit: 'percentunit',
    decimals: 1,
    steps: [
      [0, 'green'],
      [0.01, 'orange'],
      [0.1, 'red'],
    ],
    ask: [
      metricNow(
        `sum(rate(watchword_ingest_activities_total{status="rejected", job=~"$job", instance=~"$instance"}[$__rate_interval]))
           / (sum(rate(watchword_ingest_activities_total${of}[$__rate_interval])) > 0)`,
      ),
    ],
  }),
  stat({
    title: 'Dead letters',
    description:
      'Records that could not be decoded or folded, in the time that is shown. Each one has a user who was asked for proof.',
    width: 4,
    height: 4,
    unit: 'short',
    decimals: 0,
    steps: quietAtZero,
    ask: [metricNow(`sum(increase(watchword_dlq_records_total${of}[$__range]))`)],
  }),
  fact({
    title: 'Newest activity',
    description: 'Of the tenant, as stored. When it grows old while people work, apps have stopped to report.',
    width: 6,
    height: 4,
    unit: 'dateTimeFromNow',
    ask: [rows(`SELECT toUnixTimestamp64Milli(max(at)) AS newest FROM activities WHERE ${inTime}`)],
  }),
  stat({
    title: 'From the log to ClickHouse, p95',
    description: 'How old records are when they are stored: what reports and these dashboards are behind.',
    width: 6,
    height: 4,
    unit: 's',
    decimals: 1,
    steps: [
      [0, 'green'],
      [30, 'orange'],
      [300, 'red'],
    ],
    ask: [
      rows(`
        SELECT quantile(0.95)(dateDiff('millisecond', at, stored)) / 1000 AS value
        FROM records WHERE tenant = \${tenant:singlequote} AND $__timeFilter(at) AND topic = 'watchword.activity.v1'`),
    ],
  }),
]

const intakeOverTime = [
  timeSeries({
    title: 'Activities per second',
    description: 'By what became of them. Duplicates are retries of a client, and harmless.',
    width: 12,
    height: 8,
    unit: 'ops',
    ask: [metric(`sum by (status) (rate(watchword_ingest_activities_total${of}[$__rate_interval]))`, '{{status}}')],
  }),
  timeSeries({
    title: 'Time to make a request durable',
    description: 'What the log takes for the records of one request; an answer of 202 waits for it.',
    width: 12,
    height: 8,
    unit: 's',
    ask: [
      metric(
        `histogram_quantile(0.5, sum by (le) (rate(watchword_ingest_append_duration_seconds_bucket${of}[$__rate_interval])))`,
        'p50',
      ),
      metric(
        `histogram_quantile(0.99, sum by (le) (rate(watchword_ingest_append_duration_seconds_bucket${of}[$__rate_interval])))`,
        'p99',
      ),
    ],
  }),
  timeSeries({
    title: 'Activities by kind',
    description: 'Of the tenant. A kind that stops is an app that no longer reports it.',
    width: 12,
    height: 8,
    unit: 'short',
    as: 'bars',
    label: 'kind',
    ask: [
      series(`
        SELECT $__timeInterval(at) AS time, concat(type, ' ', outcome) AS kind, count() AS value
        FROM activities WHERE ${inTime} GROUP BY time, kind ORDER BY time, kind`),
    ],
  }),
  timeSeries({
    title: 'Refusals of the log and failures of the store',
    description:
      'Requests that the log did not take, inserts into ClickHouse that had to be repeated, records that could not be read. All of them should stay at 0.',
    width: 12,
    height: 8,
    unit: 'ops',
    ask: [
      metric(`sum(rate(watchword_ingest_log_refusals_total${of}[$__rate_interval]))`, 'log refusals'),
      metric(`sum(rate(watchword_audit_insert_failures_total${of}[$__rate_interval]))`, 'inserts repeated'),
      metric(`sum(rate(watchword_audit_refused_records_total${of}[$__rate_interval]))`, 'records refused by the store'),
      metric(`sum(rate(watchword_audit_view_refusals_total${of}[$__rate_interval]))`, 'inserts refused by a view'),
      metric(
        `sum(rate(watchword_session_unreadable_records_total${of}[$__rate_interval]))`,
        'unreadable session records',
      ),
      metric(`sum(rate(watchword_settings_unreadable_records_total${of}[$__rate_interval]))`, 'unreadable settings'),
    ],
  }),
]

const quality = [
  barList({
    title: 'What activities lack',
    description:
      'The share of the activities without each of these: what is not there gives no signal. Addresses have no network type without a better geo database.',
    width: 10,
    height: 9,
    unit: 'percentunit',
    ask: [
      rows(`
        SELECT what, share FROM (
          SELECT [('device', countIf(device = '') / count()), ('session', countIf(session = '') / count()), ('fingerprint', countIf(fingerprint = '') / count()),
            ('address', countIf(ip = toIPv6('::')) / count()), ('country', countIf(country = '') / count()), ('AS number', countIf(asn = 0) / count()),
            ('network type', countIf(network = '') / count()), ('browser', countIf(browser = '') / count()), ('arrival in time', countIf(late) / count())] AS shares
          FROM activities WHERE ${inTime})
        ARRAY JOIN shares.1 AS what, shares.2 AS share ORDER BY share DESC, what`),
    ],
  }),
  table({
    title: 'Apps',
    description: 'What each app reports, and when it did so last.',
    width: 14,
    height: 9,
    unit: 'none',
    columns: {
      'without device': { unit: 'percentunit', decimals: 0 },
      'without address': { unit: 'percentunit', decimals: 0 },
      late: { unit: 'percentunit', decimals: 1 },
    },
    ask: [
      rows(`
        SELECT app, count() AS activities, uniq(user) AS users, countIf(device = '') / count() AS \`without device\`,
          countIf(ip = toIPv6('::')) / count() AS \`without address\`, countIf(late) / count() AS late, max(at) AS newest
        FROM activities WHERE ${inTime} GROUP BY app ORDER BY activities DESC, app LIMIT 100`),
    ],
  }),
  barList({
    title: 'Records by type',
    description: 'Everything that the log got, of the tenant, as it is stored for the audit.',
    width: 24,
    height: 9,
    unit: 'short',
    ask: [
      rows(`
        SELECT toString(type) AS kind, count() AS records FROM records
        WHERE tenant = \${tenant:singlequote} AND $__timeFilter(at) GROUP BY kind ORDER BY records DESC, kind LIMIT 20`),
    ],
  }),
]

/** Whether what comes in is complete, and arrives. */
export const dataHealth = dashboard({
  uid: 'watchword-data',
  title: 'Watchword / Ingestion and data health',
  description: 'Whether what comes in is complete, and arrives.',
  variables: [...tenantVariables, ...processVariables],
  sections: [
    { title: 'What comes in', panels: [...intake, ...intakeOverTime] },
    { title: 'How good it is', panels: quality },
  ],
})
