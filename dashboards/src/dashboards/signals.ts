import { dashboard } from '../build/dashboard.ts'
import { barList, stat, table, timeSeries } from '../build/panels.ts'
import { rows, series } from '../build/queries.ts'
import { anomaly, countsInTime, inTime, ofTenant } from '../build/sql.ts'
import { tenantVariables } from '../build/variables.ts'

/** What came of each decision that asked: `elsewhere` was answered by the owner from another context, `owner` by whoever was there, `unanswered` by nobody. */
const outcomes = `
  SELECT id, multiIf(ended_elsewhere > 0, 'elsewhere', proofs > 0, 'owner', 'unanswered') AS outcome FROM (
    SELECT id, countIf(passed_at >= at) AS proofs, countIf(passed_at >= at AND ended) AS ended_elsewhere
    FROM (SELECT id, user, session, at FROM assessments WHERE ${inTime} AND decision IN ('step-up', 'deny')) AS asked
    LEFT JOIN (SELECT user, session, at AS passed_at, ended FROM session_events
      WHERE ${ofTenant} AND event = 'verification-passed' AND session != '' AND lock != '') AS passed USING (user, session)
    GROUP BY id)`

const overTime = [
  timeSeries({
    title: 'Signals',
    description: 'How often each signal gave points.',
    width: 16,
    height: 9,
    unit: 'short',
    as: 'bars',
    label: 'name',
    ask: [
      series(`
        SELECT $__timeInterval(minute) AS time, toString(name) AS name, sum(count) AS value
        FROM counts_by_minute WHERE ${countsInTime} AND subject = 'signal'
          AND name IN (SELECT name FROM counts_by_minute WHERE ${countsInTime} AND subject = 'signal' GROUP BY name ORDER BY sum(count) DESC LIMIT 10)
        GROUP BY time, name ORDER BY time, name`),
    ],
  }),
  barList({
    title: 'Signals that could not be evaluated',
    description:
      'How often a signal had nothing to go by: no coordinates, no geo data, no device. It gives no points, and hides attacks.',
    width: 8,
    height: 9,
    unit: 'short',
    ask: [
      rows(`
        SELECT toString(name) AS signal, sum(count) AS times FROM counts_by_minute
        WHERE ${countsInTime} AND subject = 'unavailable-signal' GROUP BY signal ORDER BY times DESC, signal LIMIT 15`),
    ],
  }),
]

const each = [
  table({
    title: 'What each signal does',
    description:
      'How often it gave points and how many, for how many users, and how often it was part of a judgement that asked for proof.',
    width: 24,
    height: 11,
    unit: 'none',
    columns: {
      'share asked': { unit: 'percentunit', decimals: 1, bar: 1 },
      'mean points': { decimals: 1 },
      judgements: { unit: 'short' },
    },
    ask: [
      rows(`
        SELECT toString(code) AS signal, count() AS judgements, uniq(user) AS users, avg(points) AS \`mean points\`, max(points) AS \`most points\`,
          countIf(level = 'HIGH') AS high, countIf(decision IN ('step-up', 'deny')) AS asked,
          countIf(decision IN ('step-up', 'deny')) / count() AS \`share asked\`
        FROM assessment_signals WHERE ${inTime} AND status = 'evidence'
        GROUP BY signal ORDER BY asked DESC, judgements DESC, signal LIMIT 100`),
    ],
  }),
]

const precision = [
  stat({
    title: 'Asked of the owner',
    description:
      'The share of the answered demands that were answered where they were asked: the owner was asked, an attacker was not. The lower, the better.',
    width: 6,
    height: 8,
    unit: 'percentunit',
    decimals: 0,
    ask: [rows(`SELECT countIf(outcome = 'owner') / countIf(outcome != 'unanswered') AS value FROM (${outcomes})`)],
  }),
  barList({
    title: 'What became of the demands',
    description:
      '"owner": proved on the spot. "elsewhere": the owner proved from another context, so somebody else was there. "unanswered": nobody proved anything.',
    width: 6,
    height: 8,
    unit: 'short',
    ask: [
      rows(`SELECT outcome, count() AS demands FROM (${outcomes}) GROUP BY outcome ORDER BY demands DESC, outcome`),
    ],
  }),
  table({
    title: 'By signal',
    description:
      'For each signal that gave points to a demand: how the demands ended. "not proved" is the share that the owner did not prove on the spot: a hint, where people have given no verdicts yet.',
    width: 12,
    height: 8,
    unit: 'none',
    columns: { 'not proved': { unit: 'percentunit', decimals: 0, bar: 1 } },
    ask: [
      rows(`
        SELECT toString(code) AS signal, count() AS demands, countIf(outcome = 'owner') AS owner, countIf(outcome = 'elsewhere') AS elsewhere,
          countIf(outcome = 'unanswered') AS unanswered, 1 - owner / demands AS \`not proved\`
        FROM (SELECT assessment AS id, code FROM assessment_signals WHERE ${inTime} AND status = 'evidence' AND points > 1) AS signals
        INNER JOIN (${outcomes}) AS outcomes USING (id)
        GROUP BY signal ORDER BY demands DESC, signal LIMIT 100`),
    ],
  }),
]

const verdicts = [
  table({
    title: 'Precision from verdicts',
    description:
      'Of the judgements that a signal gave points to and that people judged: the share that was an attack, within which bounds so few make it certain (95 %), and what was said. Of all apps. What nobody looked at does not count.',
    width: 24,
    height: 9,
    unit: 'none',
    columns: {
      precision: { unit: 'percentunit', decimals: 0, bar: 1 },
      'at least': { unit: 'percentunit', decimals: 0 },
      'at most': { unit: 'percentunit', decimals: 0 },
      'mean points': { decimals: 1 },
    },
    ask: [
      rows(`
        SELECT code AS signal, precision, precision_low AS \`at least\`, precision_high AS \`at most\`, compromised, safe, dismissed,
          points AS \`mean points\`, at AS last
        FROM ${anomaly('signal_precision')} ORDER BY compromised + safe DESC, signal LIMIT 100`),
    ],
  }),
]

/** What each signal gives, and how often it is right. */
export const signals = dashboard({
  uid: 'watchword-signals',
  title: 'Watchword / Signals and precision',
  description:
    'What each signal gives, how often it leads to a demand, what becomes of those, and how often people say that it was right.',
  from: 'now-7d',
  variables: tenantVariables,
  sections: [
    { title: 'Over time', panels: overTime },
    { title: 'Each signal', panels: each },
    { title: 'What became of what it led to', panels: precision },
    { title: 'What people said of it', panels: verdicts },
  ],
})
