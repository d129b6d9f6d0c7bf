import type { Retention } from './retention-settings.ts'

/** A table whose rows may expire. */
export type KeptTable = Readonly<{
  name: string
  setting: keyof Retention
  /** What its rows are as old as, an SQL expression. */
  moment: string
  /** How long a new database keeps them, days; 0: for ever. */
  madeWithDays: number
}>

function kept(setting: keyof Retention, moment: string, madeWithDays: number, names: readonly string[]) {
  return names.map((name): KeptTable => ({ name, setting, moment, madeWithDays }))
}

/** By the time of the insert, which the order of a chain follows: what is left of a chain is its end. */
const records = kept('recordsRetentionDays', 'toDateTime(stored)', 0, ['records'])

const derived = kept('derivedRetentionDays', 'toDateTime(at)', 400, [
  'activities',
  'assessments',
  'assessment_signals',
  'lock_events',
  'session_events',
  'verdicts',
  'notifications',
  'deliveries',
])

const rollups = [
  ...kept('rollupsRetentionDays', 'toDateTime(day)', 400, ['user_days', 'risk_days']),
  ...kept('rollupsRetentionDays', 'toDateTime(hour)', 400, ['user_places', 'sign_ins']),
]

/** Every table whose rows may expire. */
export const keptTables: readonly KeptTable[] = [
  ...records,
  ...derived,
  ...rollups,
  ...kept('minutesRetentionDays', 'minute', 92, ['counts_by_minute']),
  ...kept('hoursRetentionDays', 'hour', 1_100, ['counts_by_hour']),
]
