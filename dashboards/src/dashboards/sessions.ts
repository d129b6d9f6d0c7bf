import { dashboard } from '../build/dashboard.ts'
import { timelineOfRow } from '../build/links.ts'
import { quietAtZero, scoreSteps } from '../build/looks.ts'
import { barList, stat, table, timeSeries } from '../build/panels.ts'
import { metric, rows, series } from '../build/queries.ts'
import { anomaly, countsInTime, inTime, locks } from '../build/sql.ts'
import { processVariables, tenantVariables } from '../build/variables.ts'

const locksInTime = `SELECT * FROM (${locks}) WHERE $__timeFilter(since)`

const numbers = [
  stat({
    title: 'Sessions',
    description: 'Sessions in which something happened.',
    width: 4,
    height: 4,
    unit: 'short',
    ask: [rows(`SELECT uniq(app, user, session) AS value FROM activities WHERE ${inTime} AND session != ''`)],
  }),
  stat({
    title: 'Locks',
    description: 'Locks that came in the time that is shown.',
    width: 4,
    height: 4,
    unit: 'short',
    ask: [rows(`SELECT count() AS value FROM (${locksInTime})`)],
  }),
  stat({
    title: 'Still locked',
    description: 'Of these locks, the ones that nobody has opened.',
    width: 4,
    height: 4,
    unit: 'short',
    steps: quietAtZero,
    ask: [rows(`SELECT countIf(state = 'locked') AS value FROM (${locksInTime})`)],
  }),
  stat({
    title: 'Time until opened, median',
    description: 'From the lock to the proof or the operator who opened it.',
    width: 6,
    height: 4,
    unit: 's',
    decimals: 0,
    ask: [
      rows(
        `SELECT quantileIf(0.5)(dateDiff('millisecond', since, change), state = 'unlocked') / 1000 AS value FROM (${locksInTime})`,
      ),
    ],
  }),
  stat({
    title: 'Sessions ended',
    description: 'Ended by the platform or an operator, not by a logout.',
    width: 6,
    height: 4,
    unit: 'short',
    ask: [rows(`SELECT countIf(event = 'session-ended') AS value FROM session_events WHERE ${inTime}`)],
  }),
]

const overTime = [
  timeSeries({
    title: 'Locks come and go',
    description: 'Locks that came, and how they were opened.',
    width: 12,
    height: 8,
    unit: 'short',
    as: 'bars',
    label: 'name',
    ask: [
      series(`
        SELECT $__timeInterval(minute) AS time, toString(name) AS name, sum(count) AS value
        FROM counts_by_minute WHERE ${countsInTime} AND subject = 'lock' GROUP BY time, name ORDER BY time, name`),
    ],
  }),
  timeSeries({
    title: 'Locks in force and open sockets',
    description:
      'As session-guard knows them, of all tenants. A replica counts the locks of every tenant, so replicas are not added up.',
    width: 12,
    height: 8,
    unit: 'short',
    ask: [
      metric('max(watchword_sessions_locked{job=~"$job", instance=~"$instance"})', 'locks in force'),
      metric('sum(watchword_ws_connections{job=~"$job", instance=~"$instance"})', 'sockets'),
    ],
  }),
  timeSeries({
    title: 'From the cause to the lock',
    description:
      'From the moment an activity was received to the moment the log had the lock that it led to, by the hour, of all apps.',
    width: 24,
    height: 7,
    unit: 'ms',
    legend: 'table',
    label: 'quantile',
    ask: [
      series(`
        SELECT time, tupleElement(each, 1) AS quantile, tupleElement(each, 2) AS value FROM (
          SELECT at AS time, arrayJoin([('p50', lock_ms_p50), ('p95', lock_ms_p95), ('p99', lock_ms_p99)]) AS each FROM ${anomaly('time_to_lock')})
        ORDER BY time, quantile`),
    ],
  }),
  barList({
    title: 'What became of locks',
    description: 'Of the locks that came in the time that is shown.',
    width: 8,
    height: 7,
    unit: 'short',
    ask: [
      rows(`
        SELECT if(state = 'unlocked', concat('unlocked by ', unlocked_by), state) AS outcome, count() AS times
        FROM (${locksInTime}) GROUP BY outcome ORDER BY times DESC, outcome`),
    ],
  }),
  barList({
    title: 'What was locked, and by whom',
    description:
      'The scope of the locks: a session, a device or the whole user; locked by risk, an operator, an app, or because a factor is required.',
    width: 8,
    height: 7,
    unit: 'short',
    ask: [
      rows(
        `SELECT concat(lock_scope, ' by ', locked_by) AS what, count() AS times FROM (${locksInTime}) GROUP BY what ORDER BY times DESC, what`,
      ),
    ],
  }),
  barList({
    title: 'Why sessions ended',
    description:
      '"another-context": the owner proved to be one, but from elsewhere, so the session of whoever was there is gone for good.',
    width: 8,
    height: 7,
    unit: 'short',
    ask: [
      rows(`
        SELECT if(reason = '', 'not said', toString(reason)) AS why, count() AS times
        FROM session_events WHERE ${inTime} AND event = 'session-ended' GROUP BY why ORDER BY times DESC, why`),
    ],
  }),
]

const lists = [
  table({
    title: 'Every lock',
    description: 'Newest first. A name leads to the timeline.',
    width: 24,
    height: 9,
    unit: 'none',
    columns: {
      user: { link: timelineOfRow, width: 200 },
      state: { words: true },
      level: { words: true },
      lasted: { unit: 's' },
    },
    ask: [
      rows(`
        SELECT since, user, state, lock_scope AS scope, lock_level AS level, locked_by AS by, unlocked_by AS opened, lock_app AS app, lock_session AS session,
          dateDiff('millisecond', since, if(state = 'locked', now64(3), change)) / 1000 AS lasted, lock
        FROM (${locksInTime}) ORDER BY since DESC LIMIT 500`),
    ],
  }),
  table({
    title: 'Sessions with the highest scores',
    description: 'More than one country, device or browser in one session is what stolen cookies look like.',
    width: 24,
    height: 9,
    unit: 'none',
    columns: { user: { link: timelineOfRow, width: 200 }, score: { decimals: 0, bar: 100, steps: scoreSteps } },
    ask: [
      rows(`
        SELECT session, user, app, score, activities, countries, devices, browsers, first, last FROM (
          SELECT session, user, app, count() AS activities, arrayStringConcat(arraySort(groupUniqArray(5)(toString(country))), ', ') AS countries,
            uniq(device) AS devices, uniq(browser) AS browsers, min(at) AS first, max(at) AS last
          FROM activities WHERE ${inTime} AND session != '' GROUP BY session, user, app) AS of_activities
        INNER JOIN (SELECT session, user, app, max(score) AS score FROM assessments WHERE ${inTime} AND session != '' GROUP BY session, user, app) AS of_assessments
          USING (session, user, app)
        ORDER BY score DESC, last DESC LIMIT 200`),
    ],
  }),
]

/** Who is locked, for how long, and what became of it. */
export const sessions = dashboard({
  uid: 'watchword-sessions',
  title: 'Watchword / Sessions and locks',
  description: 'Who is locked, for how long, and what became of it.',
  variables: [...tenantVariables, ...processVariables],
  sections: [
    { title: 'In the time that is shown', panels: numbers },
    { title: 'Over time', panels: overTime },
    { title: 'One by one', panels: lists },
  ],
})
