import { dashboard } from '../build/dashboard.ts'
import { timelineOfRow } from '../build/links.ts'
import { barList, stat, table, timeSeries } from '../build/panels.ts'
import { metric, rows, series } from '../build/queries.ts'
import { inTime, locks, ofTenant } from '../build/sql.ts'
import { processVariables, tenantVariables } from '../build/variables.ts'

const locksInTime = `SELECT * FROM (${locks}) WHERE $__timeFilter(since)`
/** Answers to challenges of locks; the ones that a user gave to set up a factor belong to no lock. */
const answers = `SELECT * FROM session_events WHERE ${inTime} AND event IN ('verification-passed', 'verification-failed')`
/** When each lock was answered for the first time, and rightly for the first time; a proof stands at the time of its lock stage. */
const answered = `SELECT user, lock, min(at) AS first, minIf(at, event = 'verification-passed') AS passed, countIf(event = 'verification-passed') AS proofs,
  count() AS attempts, maxIf(ended, event = 'verification-passed') AS session_ended
  FROM session_events WHERE ${ofTenant} AND lock != '' AND event IN ('verification-passed', 'verification-failed') GROUP BY user, lock`

const funnel = [
  barList({
    title: 'From the demand to the proof',
    description:
      'How many locks of the time that is shown got how far. What is lost between two bars gave up, could not, or was an attacker.',
    width: 12,
    height: 8,
    unit: 'short',
    ask: [
      rows(`
        SELECT step, locks FROM (
          SELECT [('1 locked', count()), ('2 answered', countIf(attempts > 0)), ('3 proved', countIf(proofs > 0)),
            ('4 session goes on', countIf(proofs > 0 AND NOT session_ended))] AS steps
          FROM (${locksInTime}) AS l LEFT JOIN (${answered}) AS a USING (user, lock))
        ARRAY JOIN steps.1 AS step, steps.2 AS locks ORDER BY step`),
    ],
  }),
  stat({
    title: 'Proved',
    description: 'The share of the locks that somebody opened with a factor.',
    width: 4,
    height: 4,
    unit: 'percentunit',
    decimals: 0,
    ask: [
      rows(
        `SELECT countIf(proofs > 0) / count() AS value FROM (${locksInTime}) AS l LEFT JOIN (${answered}) AS a USING (user, lock)`,
      ),
    ],
  }),
  stat({
    title: 'Time to prove, median',
    description: 'From the lock to the right answer.',
    width: 4,
    height: 4,
    unit: 's',
    decimals: 1,
    ask: [
      rows(`
        SELECT quantile(0.5)(dateDiff('millisecond', since, passed)) / 1000 AS value
        FROM (${locksInTime}) AS l INNER JOIN (${answered}) AS a USING (user, lock) WHERE proofs > 0`),
    ],
  }),
  stat({
    title: 'Answers per lock',
    description: 'Right and wrong ones, of the locks that were answered at all.',
    width: 4,
    height: 4,
    unit: 'none',
    decimals: 1,
    ask: [
      rows(`SELECT avg(attempts) AS value FROM (${locksInTime}) AS l INNER JOIN (${answered}) AS a USING (user, lock)`),
    ],
  }),
  stat({
    title: 'Wrong answers',
    description: 'Answers that did not count, of all: wrong codes, used codes, stale challenges.',
    width: 4,
    height: 4,
    unit: 'percentunit',
    decimals: 0,
    steps: [
      [0, 'green'],
      [0.3, 'orange'],
      [0.6, 'red'],
    ],
    ask: [rows(`SELECT countIf(event = 'verification-failed') / count() AS value FROM (${answers})`)],
  }),
  stat({
    title: 'Caught elsewhere',
    description:
      'Proofs from another context than the one that was locked: the owner answered, and the session was ended for good.',
    width: 8,
    height: 4,
    unit: 'short',
    ask: [rows(`SELECT countIf(event = 'verification-passed' AND ended) AS value FROM (${answers})`)],
  }),
]

const answersOverTime = [
  timeSeries({
    title: 'Answers',
    description: 'Answers to challenges that passed and that did not.',
    width: 12,
    height: 8,
    unit: 'short',
    as: 'bars',
    label: 'outcome',
    ask: [
      series(`
        SELECT $__timeInterval(at) AS time, if(event = 'verification-passed', 'passed', 'failed') AS outcome, count() AS value
        FROM (${answers}) GROUP BY time, outcome ORDER BY time, outcome`),
    ],
  }),
  timeSeries({
    title: 'Challenges per second',
    description: 'As session-guard counts them, of all tenants, by method and what became of them.',
    width: 12,
    height: 8,
    unit: 'ops',
    legend: 'table',
    ask: [
      metric(
        'sum by (method, outcome) (rate(watchword_mfa_challenges_total{job=~"$job", instance=~"$instance"}[$__rate_interval]))',
        '{{method}} {{outcome}}',
      ),
    ],
  }),
]

const details = [
  barList({
    title: 'Factors that proved',
    description: 'With what people answered.',
    width: 8,
    height: 8,
    unit: 'short',
    ask: [
      rows(`
        SELECT if(factor_kind = '', 'unknown', toString(factor_kind)) AS factor, count() AS times
        FROM (${answers}) WHERE event = 'verification-passed' GROUP BY factor ORDER BY times DESC, factor`),
    ],
  }),
  barList({
    title: 'Why answers did not count',
    description:
      '"wrong-answer" once is a typing error; "step-used" is a code that was sent twice, perhaps by somebody who looked over a shoulder.',
    width: 8,
    height: 8,
    unit: 'short',
    ask: [
      rows(`
        SELECT if(reason = '', 'not said', toString(reason)) AS why, count() AS times
        FROM session_events WHERE ${inTime} AND event IN ('verification-failed', 'command-refused') GROUP BY why ORDER BY times DESC, why`),
    ],
  }),
  barList({
    title: 'Changes of factors',
    description:
      'Factors that were added, activated, removed. A rise without a reason is somebody who takes accounts over.',
    width: 8,
    height: 8,
    unit: 'short',
    ask: [
      rows(`
        SELECT concat(factor_kind, ' ', reason) AS change, count() AS times
        FROM session_events WHERE ${inTime} AND event = 'factor-changed' GROUP BY change ORDER BY times DESC, change`),
    ],
  }),
  table({
    title: 'Users with wrong answers',
    description: 'Whose factor somebody guesses, or who needs help with it.',
    width: 24,
    height: 8,
    unit: 'none',
    columns: { user: { link: timelineOfRow, width: 220 } },
    ask: [
      rows(`
        SELECT user, countIf(event = 'verification-failed') AS wrong, countIf(event = 'verification-passed') AS right,
          arrayStringConcat(arraySort(groupUniqArrayIf(5)(toString(reason), reason != '')), ', ') AS reasons, max(at) AS last
        FROM (${answers}) GROUP BY user HAVING wrong > 0 ORDER BY wrong DESC, last DESC LIMIT 100`),
    ],
  }),
]

/** From the demand for a second factor to the proof, and where people are lost on the way. */
export const mfa = dashboard({
  uid: 'watchword-mfa',
  title: 'Watchword / MFA funnel',
  description: 'From the demand for a second factor to the proof, and where people are lost on the way.',
  from: 'now-7d',
  variables: [...tenantVariables, ...processVariables],
  sections: [
    { title: 'The funnel', panels: funnel },
    { title: 'Answers over time', panels: answersOverTime },
    { title: 'Factors', panels: details },
  ],
})
