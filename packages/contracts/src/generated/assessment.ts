// Generated from schemas/ by `npm run generate`: do not edit.

export type Level = 'LOW' | 'MEDIUM' | 'HIGH'

export type Decision = 'allow' | 'notify' | 'step-up' | 'deny'

export type SignalStatus = 'evidence' | 'unavailable'

/** One signal that gave points or could not be evaluated */
export type Signal = Readonly<{
  code: string
  points: number
  status: SignalStatus
  evidence: Readonly<Record<string, null | boolean | number | string>>
}>

/** The policy that decided */
export type PolicyReference = Readonly<{
  profile: string
  version: number
  hash: string
}>

/** One decision, explained. Key: tenant:user. */
export type AssessmentRecord = Readonly<{
  tenant: string
  /** The customer's own id of the person, NFC */
  user: string
  /** a-<partition>-<offset>-<index> of the activity */
  id: string
  activity: string
  app: string
  session: null | string
  device: null | string
  /** Address that the activity came from, in its usual form; only of a decision other than allow */
  ip: null | string
  /** ISO 3166-1 alpha-2, of the address or as the app says; only of a decision other than allow */
  country: null | string
  /** User-Agent of the activity; only of a decision other than allow */
  userAgent: null | string
  /** Type of the activity */
  type: string
  /** Outcome of the activity */
  outcome: string
  /** When the activity happened */
  time: number
  /** Log time of the activity */
  receivedAt: number
  /** 0..100 */
  score: number
  level: Level
  previousLevel: null | Level
  /** Chance of an attack, 0..1 */
  probability: number
  decision: Decision
  signals: readonly Signal[]
  /** By language tag; safe to show */
  reasonUser: Readonly<Record<string, string>>
  reasonAdmin: string
  policy: PolicyReference
  engine: string
  sources: Readonly<Record<string, string>>
  /** Positions of the records that caused it */
  causes: readonly string[]
  trained: boolean
  late: boolean
}>
