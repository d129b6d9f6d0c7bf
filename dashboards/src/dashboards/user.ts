import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common'
import { dashboard } from '../build/dashboard.ts'
import { explanationHere } from '../build/links.ts'
import { coloredWords, quietAtZero, scoreSteps } from '../build/looks.ts'
import { barList, described, fact, stat, table, timeSeries } from '../build/panels.ts'
import { rows, series } from '../build/queries.ts'
import { locks, ofUser } from '../build/sql.ts'
import { assessmentVariable, tenantVariables, userVariable } from '../build/variables.ts'

/** The record of the decision that is explained. */
const explained = `SELECT body FROM records
  WHERE tenant = \${tenant:singlequote} AND user = \${user:singlequote} AND topic = 'watchword.assessment.v1' AND id = \${assessment:singlequote}
  ORDER BY at DESC LIMIT 1`

const standing = [
  fact({
    title: 'Level',
    description: 'As the newest activity was judged.',
    width: 4,
    height: 4,
    unit: 'none',
    ask: [rows(`SELECT level FROM assessments WHERE ${ofUser} ORDER BY at DESC, offset DESC LIMIT 1`)],
  }),
  stat({
    title: 'Highest score',
    description: 'Of the time that is shown; 0 is harmless, 100 the worst.',
    width: 4,
    height: 4,
    unit: 'none',
    decimals: 0,
    steps: scoreSteps,
    ask: [rows(`SELECT max(score) AS value FROM assessments WHERE ${ofUser}`)],
  }),
  stat({
    title: 'Locked now',
    description: 'Locks of this user that are in force, of sessions, devices, or the whole user.',
    width: 4,
    height: 4,
    unit: 'short',
    steps: quietAtZero,
    ask: [rows(`SELECT countIf(state = 'locked' AND user = \${user:singlequote}) AS value FROM (${locks})`)],
  }),
  stat({
    title: 'Sessions',
    description: 'Sessions in which something happened.',
    width: 4,
    height: 4,
    unit: 'short',
    ask: [rows(`SELECT uniqIf(session, session != '') AS value FROM activities WHERE ${ofUser}`)],
  }),
  stat({
    title: 'Devices',
    description: 'Devices from which something happened, as the apps name them.',
    width: 4,
    height: 4,
    unit: 'short',
    ask: [rows(`SELECT uniqIf(device, device != '') AS value FROM activities WHERE ${ofUser}`)],
  }),
  fact({
    title: 'Last seen in',
    description: 'The country of the newest activity, as the geo database knows the address.',
    width: 4,
    height: 4,
    unit: 'none',
    ask: [
      rows(
        `SELECT if(country = '', 'unknown', toString(country)) AS place FROM activities WHERE ${ofUser} ORDER BY at DESC, offset DESC LIMIT 1`,
      ),
    ],
  }),
]

const course = [
  timeSeries({
    title: 'Score of each activity',
    description: 'The policy cuts scores into LOW, MEDIUM and HIGH: in the balanced profile at 50 and 70.',
    width: 12,
    height: 8,
    unit: 'none',
    as: 'points',
    label: 'decision',
    ask: [
      series(`
        SELECT at AS time, toString(decision) AS decision, max(score) AS value
        FROM assessments WHERE ${ofUser} GROUP BY time, decision ORDER BY time`),
    ],
  }),
  described(new StateTimelineBuilder(), {
    title: 'Level over time',
    description: 'From each judgement to the next.',
    width: 12,
    height: 8,
    unit: 'none',
    ask: [
      rows(
        `SELECT at AS time, toString(level) AS level FROM assessments WHERE ${ofUser} ORDER BY at, offset LIMIT 5000`,
      ),
    ],
  })
    .mappings(coloredWords)
    .mergeValues(true)
    .showValue(VisibilityMode.Auto),
  table({
    title: 'Decisions',
    description: 'Every judgement of the time that is shown. An id leads to its explanation, below.',
    width: 24,
    height: 10,
    unit: 'none',
    columns: {
      time: { width: 180 },
      id: { link: explanationHere, width: 130 },
      decision: { words: true, width: 90 },
      level: { words: true, width: 90 },
      score: { decimals: 0, width: 70, steps: scoreSteps },
      what: { width: 150 },
    },
    ask: [
      rows(`
        SELECT at AS time, id, decision, level, score, concat(type, ' ', outcome) AS what, reason_admin AS reasons, session, device, app
        FROM assessments WHERE ${ofUser} ORDER BY at DESC, offset DESC LIMIT 500`),
    ],
  }),
]

const explanation = [
  barList({
    title: 'Points of ${assessment}',
    description:
      'What each signal gave to the decision that is chosen above. A signal that points to familiarity gives one point.',
    width: 8,
    height: 9,
    unit: 'none',
    steps: [
      [0, 'green'],
      [10, 'orange'],
      [40, 'red'],
    ],
    ask: [
      rows(`
        SELECT toString(code) AS signal, points FROM assessment_signals
        WHERE ${ofUser} AND assessment = \${assessment:singlequote} AND status = 'evidence' ORDER BY points DESC, place`),
    ],
  }),
  table({
    title: 'Evidence of ${assessment}',
    description:
      'What each signal saw: the numbers and places behind its points. "unavailable" could not be evaluated.',
    width: 16,
    height: 9,
    unit: 'none',
    columns: { signal: { width: 200 }, points: { width: 80, decimals: 0 }, status: { width: 100 } },
    ask: [
      rows(`
        SELECT JSONExtractString(one, 'code') AS signal, JSONExtractFloat(one, 'points') AS points,
          JSONExtractString(one, 'status') AS status, JSONExtractRaw(one, 'evidence') AS evidence
        FROM (SELECT arrayJoin(JSONExtractArrayRaw(body, 'signals')) AS one FROM (${explained})) ORDER BY points DESC`),
    ],
  }),
  table({
    title: 'The decision ${assessment}',
    description: 'With the policy and the engine that made it, and what the user was told.',
    width: 24,
    height: 5,
    unit: 'none',
    columns: {
      decision: { words: true },
      level: { words: true },
      before: { words: true },
      score: { decimals: 0 },
      probability: { unit: 'percentunit', decimals: 1 },
    },
    ask: [
      rows(`
        SELECT JSONExtractString(body, 'decision') AS decision, JSONExtractFloat(body, 'score') AS score, JSONExtractString(body, 'level') AS level,
          JSONExtractString(body, 'previousLevel') AS before, JSONExtractFloat(body, 'probability') AS probability,
          JSONExtractString(body, 'reasonUser', 'en') AS told, JSONExtractString(body, 'policy', 'profile') AS profile,
          JSONExtractUInt(body, 'policy', 'version') AS version, JSONExtractString(body, 'engine') AS engine
        FROM (${explained})`),
    ],
  }),
]

const context = [
  table({
    title: 'Devices and places',
    description: 'From where this user acts, with the first and the last time of each in the time that is shown.',
    width: 12,
    height: 9,
    unit: 'none',
    ask: [
      rows(`
        SELECT device, browser, os, country, replaceOne(toString(ip), '::ffff:', '') AS address, network, count() AS activities, min(at) AS first, max(at) AS last
        FROM activities WHERE ${ofUser}
        GROUP BY device, browser, os, country, ip, network ORDER BY last DESC LIMIT 200`),
    ],
  }),
  table({
    title: 'Locks, sessions and factors',
    description: 'What else happened to this user: locks, proofs, ends of sessions, changes of factors.',
    width: 12,
    height: 9,
    unit: 'none',
    columns: { time: { width: 180 } },
    ask: [
      rows(`
        SELECT time, event, scope, session, detail, lock FROM (
          SELECT at AS time, toString(event) AS event, toString(scope) AS scope, session, concat('by ', by, if(reason = '', '', concat(': ', reason))) AS detail, lock
          FROM lock_events WHERE ${ofUser}
          UNION ALL
          SELECT at AS time, toString(event) AS event, '' AS scope, session, trim(concat(factor_kind, ' ', reason)) AS detail, lock
          FROM session_events WHERE ${ofUser})
        ORDER BY time DESC LIMIT 500`),
    ],
  }),
]

/** One user: what happened, how it was judged, and why. */
export const user = dashboard({
  uid: 'watchword-user',
  title: 'Watchword / User',
  description: 'One user: what happened, how it was judged, and why.',
  from: 'now-7d',
  variables: [...tenantVariables, userVariable, assessmentVariable],
  sections: [
    { title: '${user}', panels: standing },
    { title: 'What happened', panels: course },
    { title: 'Why', panels: explanation },
    { title: 'From where, and what followed', panels: context },
  ],
})
