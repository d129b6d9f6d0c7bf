import { dashboard } from '../build/dashboard.ts'
import { explanationOfRow, linkTo, timelineOfRow } from '../build/links.ts'
import { quietAtZero, scoreSteps } from '../build/looks.ts'
import { barList, type PanelText, stat, table, timeSeries } from '../build/panels.ts'
import { type Question, rows, series } from '../build/queries.ts'
import { anomaly, countsInTime, inTime, locks } from '../build/sql.ts'
import { tenantVariables } from '../build/variables.ts'

function counted(subject: string, names: string): string {
  return `SELECT sum(count) AS value FROM counts_by_minute WHERE ${countsInTime} AND subject = '${subject}' AND name IN (${names})`
}

function countedByName(subject: string): string {
  return `
    SELECT $__timeInterval(minute) AS time, toString(name) AS name, sum(count) AS value
    FROM counts_by_minute WHERE ${countsInTime} AND subject = '${subject}'
    GROUP BY time, name ORDER BY time, name`
}

const numbers = [
  stat({
    title: 'Activities',
    description: 'What users did, as the apps reported it.',
    width: 4,
    height: 4,
    unit: 'short',
    ask: [rows(`SELECT sum(count) AS value FROM counts_by_minute WHERE ${countsInTime} AND subject = 'activity'`)],
  }),
  stat({
    title: 'Users',
    description: 'How many users did something; an estimate, within some percent.',
    width: 4,
    height: 4,
    unit: 'short',
    ask: [
      rows(`SELECT uniqMerge(users) AS value FROM counts_by_minute WHERE ${countsInTime} AND subject = 'activity'`),
    ],
  }),
  stat({
    title: 'Judged HIGH',
    description: 'Activities whose score reached the upper cut of the policy, whatever was decided.',
    width: 4,
    height: 4,
    unit: 'short',
    steps: quietAtZero,
    ask: [rows(counted('level', "'HIGH'"))],
  }),
  stat({
    title: 'Asked or denied',
    description: 'Decisions to step up or to deny: each one leads to a lock.',
    width: 4,
    height: 4,
    unit: 'short',
    steps: quietAtZero,
    ask: [rows(counted('decision', "'step-up', 'deny'"))],
  }),
  stat({
    title: 'Locked now',
    description: 'Locks that are neither opened nor gone with their session, whenever they came.',
    width: 4,
    height: 4,
    unit: 'short',
    steps: quietAtZero,
    ask: [rows(`SELECT count() AS value FROM (${locks}) WHERE state = 'locked'`)],
  }),
  stat({
    title: 'Failed logins',
    description: 'The share of the logins that failed. A rise that no single user explains is an attack on passwords.',
    width: 4,
    height: 4,
    unit: 'percentunit',
    decimals: 1,
    steps: [
      [0, 'green'],
      [0.1, 'orange'],
      [0.3, 'red'],
    ],
    ask: [
      rows(`
        SELECT sumIf(count, name = 'login.failed') / sum(count) AS value
        FROM counts_by_minute WHERE ${countsInTime} AND subject = 'activity' AND startsWith(toString(name), 'login.')`),
    ],
  }),
]

const overTime = [
  timeSeries({
    title: 'Decisions',
    description: 'What was decided about activities.',
    width: 12,
    height: 8,
    unit: 'short',
    as: 'bars',
    label: 'name',
    ask: [series(countedByName('decision'))],
  }),
  timeSeries({
    title: 'Levels of risk',
    description: 'How activities were judged.',
    width: 12,
    height: 8,
    unit: 'short',
    as: 'bars',
    label: 'name',
    ask: [series(countedByName('level'))],
  }),
]

const people = [
  table({
    title: 'Users at risk',
    description:
      'Users about whom a HIGH judgement stands: nothing was proved after it, and no operator opened a lock or cleared them. Of all apps. A name leads to the timeline.',
    width: 14,
    height: 10,
    unit: 'none',
    columns: {
      user: { link: timelineOfRow, width: 220 },
      score: { unit: 'none', decimals: 0, bar: 100, steps: scoreSteps },
      probability: { unit: 'percentunit', decimals: 0 },
    },
    ask: [
      rows(`
        SELECT user, score, probability, high, medium, denied, at AS last
        FROM ${anomaly('users_at_risk')} ORDER BY score DESC, high DESC, last DESC LIMIT 50`),
    ],
  }),
  barList({
    title: 'Signals that gave points',
    description: 'How often each signal gave points to a judgement.',
    width: 10,
    height: 10,
    unit: 'short',
    ask: [
      rows(`
        SELECT toString(name) AS signal, sum(count) AS times
        FROM counts_by_minute WHERE ${countsInTime} AND subject = 'signal'
        GROUP BY signal ORDER BY times DESC, signal LIMIT 15`),
    ],
  }),
  table({
    title: 'Newest decisions to ask or to deny',
    description: 'What has to be looked at first. An id leads to the explanation.',
    width: 24,
    height: 9,
    unit: 'none',
    columns: {
      time: { width: 180 },
      id: { link: explanationOfRow, width: 130 },
      user: { link: timelineOfRow, width: 200 },
      decision: { words: true, width: 100 },
      score: { decimals: 0, width: 80, steps: scoreSteps },
    },
    ask: [
      rows(`
        SELECT at AS time, id, user, decision, score, reason_admin AS reasons, app, session
        FROM assessments WHERE ${inTime} AND decision IN ('step-up', 'deny')
        ORDER BY at DESC LIMIT 100`),
    ],
  }),
]

/** Kinds of anomalies beside users at risk, and what to call them. */
const kinds = [
  ['impossible_travel', 'impossible travel'],
  ['rare_places', 'rare place'],
  ['password_sprays', 'password spray'],
  ['credential_stuffing', 'credential stuffing'],
  ['mfa_fatigue', 'MFA fatigue'],
  ['dormant_accounts', 'dormant account'],
  ['export_outliers', 'unusual export'],
  ['peer_outliers', 'unlike their peers'],
  ['shared_devices', 'shared device'],
] as const

/** A question for each kind, so that the engine answers each by itself: a union of all of them takes as long as all of them. */
function ofEachKind(sqlOf: (kind: string, view: string) => string): PanelText['ask'] {
  const ask = ([view, kind]: readonly [string, string]): Question => rows(sqlOf(`'${kind}'`, anomaly(view)))
  const [first, ...others] = kinds
  return [ask(first), ...others.map(ask)]
}

const anomalies = [
  barList({
    title: 'Anomalies by kind',
    description:
      'What the views of anomalies find in the time that is shown, of all apps. They look back over users and days, and decide nothing.',
    width: 8,
    height: 9,
    unit: 'short',
    steps: [
      [0, 'green'],
      [1, 'orange'],
    ],
    ask: ofEachKind((kind, view) => `SELECT ${kind} AS kind, count() AS times FROM ${view}`),
    merged: { by: 'times' },
  }),
  table({
    title: 'Anomalies',
    description:
      'One by one, newest first. What each kind means and what it takes for one is written in docs/analytics.md.',
    width: 16,
    height: 9,
    unit: 'none',
    columns: { time: { width: 180 }, kind: { width: 180 } },
    ask: ofEachKind(
      (kind, view) =>
        `SELECT at AS time, ${kind} AS kind, toString(subject) AS subject FROM ${view} ORDER BY time DESC LIMIT 200`,
    ),
    merged: { by: 'time', limit: 200 },
  }),
]

const sources = [
  table({
    title: 'Addresses',
    description:
      'The addresses with the most failed logins, then the most users. Many users behind one address that fails is credential stuffing.',
    width: 14,
    height: 9,
    unit: 'none',
    columns: { failed: { unit: 'short', width: 90 }, users: { unit: 'short', width: 90 } },
    ask: [
      rows(`
        SELECT replaceOne(toString(ip), '::ffff:', '') AS address, any(country) AS country, toString(any(asn)) AS asn, any(network) AS network,
          countIf(type = 'login' AND outcome = 'failed') AS failed, uniq(user) AS users, count() AS activities, max(at) AS last
        FROM activities WHERE ${inTime} AND ip != toIPv6('::')
        GROUP BY ip ORDER BY failed DESC, users DESC, activities DESC LIMIT 50`),
    ],
  }),
  barList({
    title: 'Countries',
    description: 'Users by the country of their addresses.',
    width: 10,
    height: 9,
    unit: 'short',
    ask: [
      rows(`
        SELECT if(country = '', 'unknown', toString(country)) AS place, uniq(user) AS users
        FROM activities WHERE ${inTime} GROUP BY place ORDER BY users DESC, place LIMIT 15`),
    ],
  }),
  table({
    title: 'Locks in force',
    description: 'Whom nothing goes on for until they prove who they are, or an operator opens the lock.',
    width: 24,
    height: 8,
    unit: 'none',
    columns: {
      user: { link: timelineOfRow, width: 200 },
      level: { words: true, width: 90 },
      lock: { link: { title: 'Sessions and locks', url: linkTo('watchword-sessions', '') } },
    },
    ask: [
      rows(`
        SELECT since, user, lock_scope AS scope, lock_level AS level, locked_by AS by, lock_app AS app, lock_session AS session, lock
        FROM (${locks}) WHERE state = 'locked' ORDER BY since DESC LIMIT 100`),
    ],
  }),
]

/** How things stand, for whoever comes on duty. */
export const overview = dashboard({
  uid: 'watchword-overview',
  title: 'Watchword / Overview',
  description: 'How things stand: what was judged and decided, who is at risk, who is locked.',
  variables: tenantVariables,
  sections: [
    { title: 'In the time that is shown', panels: [...numbers, ...overTime] },
    { title: 'People', panels: people },
    { title: 'In hindsight', panels: anomalies },
    { title: 'Where it comes from', panels: sources },
  ],
})
