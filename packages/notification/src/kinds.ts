/** What somebody can be told. */
export type NotificationKind =
  | 'unusual-activity'
  | 'verification-required'
  | 'access-denied'
  | 'locked-by-operator'
  | 'session-ended'
  | 'factor-added'
  | 'factor-removed'
  | 'factors-reset'
  | 'approval-requested'

export type Severity = 'low' | 'medium' | 'high'

/** Who hears of it: the person, the people who look after the app, or both. */
export type Audience = 'user' | 'operators'

/** What the subject of a notification is the id of. */
export type About = 'assessment' | 'lock' | 'session' | 'factor' | 'user' | 'authorization'

/** How a kind is told. */
export type KindRule = Readonly<{
  about: About
  severity: Severity
  audience: readonly Audience[]
  /** The same again within so many milliseconds is held back. */
  coolDownMs: number
  /** More of this kind within an hour are held back, for one user. */
  perHourMax: number
}>

const hourMs = 3_600_000
const everyone = ['user', 'operators'] as const

/** The one table of who is told what, and how often. */
export const kindRules: Readonly<Record<NotificationKind, KindRule>> = {
  'unusual-activity': {
    about: 'assessment',
    severity: 'medium',
    audience: everyone,
    coolDownMs: 24 * hourMs,
    perHourMax: 3,
  },
  'verification-required': {
    about: 'assessment',
    severity: 'high',
    audience: everyone,
    coolDownMs: 24 * hourMs,
    perHourMax: 3,
  },
  'access-denied': {
    about: 'assessment',
    severity: 'high',
    audience: everyone,
    coolDownMs: 24 * hourMs,
    perHourMax: 3,
  },
  'locked-by-operator': { about: 'lock', severity: 'high', audience: everyone, coolDownMs: hourMs, perHourMax: 3 },
  'session-ended': { about: 'session', severity: 'high', audience: everyone, coolDownMs: hourMs, perHourMax: 3 },
  'factor-added': { about: 'factor', severity: 'high', audience: everyone, coolDownMs: hourMs, perHourMax: 10 },
  'factor-removed': { about: 'factor', severity: 'high', audience: everyone, coolDownMs: hourMs, perHourMax: 10 },
  'factors-reset': { about: 'user', severity: 'high', audience: everyone, coolDownMs: hourMs, perHourMax: 3 },
  // Its operators have it in the log; only the approver can do something about it.
  'approval-requested': {
    about: 'authorization',
    severity: 'low',
    audience: ['user'],
    coolDownMs: hourMs,
    perHourMax: 20,
  },
}
