import { type Authorizations, noAuthorizations } from './authorization.ts'
import type { FactorKind } from './factor-kind.ts'

export type { FactorKind } from './factor-kind.ts'

/** How far a lock reaches: one session of one app, one device, or the whole user. */
export type LockScope = 'session' | 'device' | 'user'

/** Risk level, as judged by the scorer. */
export type LockLevel = 'LOW' | 'MEDIUM' | 'HIGH'

/** Who or what put a lock in force; `requirement`: the policy asks for a second factor before anything else, and nothing bad is known. */
export type LockedBy = 'risk' | 'operator' | 'expiry' | 'requirement'

/**
 * What a demand rests on. `proven`: whoever acted held something of the user's. `unproven`: anybody could have caused it, so such a lock on a
 * session or a device concerns no check but one that names this very session or device.
 */
export type LockGrounds = 'proven' | 'unproven'

/** What happens when a pass is over: nothing, the session ends, or the session is locked again. */
export type OnExpiry = 'soft' | 'force' | 'step-up'

/** Where somebody acts from; `null` is "not known". */
export type Context = Readonly<{
  device: string | null
  fingerprint: string | null
  network: string | null
  agent: string | null
}>

/** What a lock needs of the policy in force when it was made; times in milliseconds. */
export type LockPolicy = Readonly<{
  windowMs: number
  onExpiry: OnExpiry
  attemptsAllowed: number
  challengeTtlMs: number
  totpPastSteps: number
}>

/** What somebody says that an assessed activity was. */
export type Verdict = 'confirmed-compromised' | 'confirmed-safe' | 'dismissed'

/** The latest verdict on an assessment, and whether an operator or the user gave it. */
export type GivenVerdict = Readonly<{ assessment: string; verdict: Verdict; by: 'operator' | 'user' }>

/**
 * Where an assessed activity came from, as the scorer compares and learns it; this stage passes it on as it is. `network` is the /24 or /48,
 * `address` the whole one.
 */
export type AssessedContext = Readonly<{
  type: string
  outcome: string
  late: boolean
  device: string | null
  fingerprint: string | null
  address: string | null
  learnable: boolean
  network: string | null
  asn: number | null
  country: string | null
  browser: string | null
  os: string | null
  agent: string | null
}>

/** One activity that caused a lock, with its log time and where it came from; `assessment` is that of the activity, null where there is none. */
export type Cause = Readonly<{ assessment: string | null; activity: string; time: number; context: Context }>

/** An assessed activity that was said to be somebody else's: an answer from another context than its own ends its session. */
export type Compromised = Readonly<{ assessment: string; app: string; session: string | null; context: Context }>

/** What a lock is put on; `app` is null where every app is meant. */
export type LockTarget = Readonly<{
  scope: LockScope
  app: string | null
  session: string | null
  device: string | null
}>

/**
 * A lock in force. `version` is the offset of the record that last changed it; `moreCauses` counts contexts beyond those kept, and `suspectSince`
 * is the log time of the earliest cause, kept or not. `compromised` lists what was confirmed to be somebody else's.
 */
export type Lock = LockTarget &
  Readonly<{
    id: string
    version: number
    level: LockLevel
    reasonUser: Readonly<Record<string, string>>
    factors: readonly FactorKind[]
    since: number
    by: LockedBy
    causes: readonly Cause[]
    moreCauses: number
    suspectSince: number
    compromised: readonly Compromised[]
    policy: LockPolicy
    grounds: LockGrounds
  }>

/** Why a session ended. */
export type EndedBy = 'verification' | 'attempts' | 'expiry' | 'request' | 'verdict'

/** A session that does not come back for 30 days. */
export type EndedSession = Readonly<{ app: string; session: string; at: number; by: EndedBy }>

/** A verification that still vouches, for the context that answered. */
export type Pass = Readonly<{
  id: string
  app: string | null
  session: string | null
  device: string | null
  context: Context | null
  level: LockLevel
  factorKind: FactorKind
  at: number
  until: number
  onExpiry: OnExpiry
  policy: LockPolicy
}>

/**
 * A second factor. `lastStep` is the last TOTP step used, for recovery codes the bit set of the codes used, and for a passkey its
 * signature counter. `backedUp` is whether a passkey last said that its key is kept elsewhere, too (BS, WebAuthn Level 3, 6.1.3).
 */
export type Factor = Readonly<{
  id: string
  kind: FactorKind
  status: 'pending' | 'active'
  name: string | null
  addedAt: number
  activatedAt: number | null
  lastStep: number | null
  sealed: string | null
  byTicket: boolean
  backedUp: boolean | null
}>

/** Wrong answers of the user, across all challenges; `blocks` and `consecutiveFailures` only a verification resets. */
export type Attempts = Readonly<{
  failures: number
  consecutiveFailures: number
  lastFailureAt: number | null
  blockedUntil: number | null
  blocks: number
}>

/** A single-use id that has been used; forgotten at `until`, when it has expired anyway. */
export type Used = Readonly<{ id: string; until: number }>

/** Everything the lock stage knows of one user: plain JSON-able data, bounded in size. */
export type UserLocks = Readonly<{
  /** Latest log time that changed it; time never goes back before it. */
  at: number
  /** Count of pushed changes. */
  seq: number
  locks: readonly Lock[]
  endedSessions: readonly EndedSession[]
  passes: readonly Pass[]
  factors: readonly Factor[]
  /** How many factors were ever activated: tells the first one ever from a later one. */
  activations: number
  /** Since an operator has removed all factors: whatever is enrolled needs a ticket of the backend until one is active again. */
  ticketOnly: boolean
  attempts: Attempts
  used: readonly Used[]
  authorizations: Authorizations
  /** The latest verdict of each assessment, the newest last. */
  verdicts: readonly GivenVerdict[]
  seen: readonly string[]
}>

/** The attempts of somebody who has made no mistake. */
export const noAttempts: Attempts = {
  failures: 0,
  consecutiveFailures: 0,
  lastFailureAt: null,
  blockedUntil: null,
  blocks: 0,
}

/** The state of a user nothing is known of. */
export const initialState: UserLocks = {
  at: 0,
  seq: 0,
  locks: [],
  endedSessions: [],
  passes: [],
  factors: [],
  activations: 0,
  ticketOnly: false,
  attempts: noAttempts,
  used: [],
  authorizations: noAuthorizations,
  verdicts: [],
  seen: [],
}
