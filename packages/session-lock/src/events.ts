import type { Decision, Event } from '@watchword/decider'
import type { Admission } from '@watchword/admission'
import type { AuthorizationEvent } from './authorization-events.ts'
import type { LockRefusal, RecordVerdict, RequestAdmission, ResetProfile, WithholdLock } from './commands.ts'
import type { Context, EndedBy, Factor, FactorKind, Lock, LockTarget, Pass } from './state.ts'

/** A lock came into force; `operator` and `reason` only where an operator made it. */
export type SessionLocked = Event<'SessionLocked', { lock: Lock; operator: string | null; reason: string | null }>

/** A lock in force got another cause, a higher level, fewer factors or proof of what it rests on, and with it a new version. */
export type LockExtended = Event<'LockExtended', { lock: Lock; operator: string | null; reason: string | null }>

/** One more context caused a lock that already keeps as many as it may. */
export type CauseCounted = Event<'CauseCounted', { lock: string; time: number }>

/** A demand that nothing proves locked nobody: too many users of the tenant, or too many locks of this user, rest on such demands. */
export type LockWithheld = Event<'LockWithheld', WithholdLock['data'] & { reason: 'tenant-budget' | 'user-budget' }>

/** A lock was removed. */
export type SessionUnlocked = Event<
  'SessionUnlocked',
  LockTarget & {
    lock: string
    version: number
    by: 'verification' | 'operator'
    operator: string | null
    reason: string | null
  }
>

/** Why the stage ends a session by itself. */
type EndReason =
  | 'another-context'
  | 'attempts-spent'
  | 'confirmed-compromised'
  | 'never-verified'
  | 'verification-expired'

/** A session ended, with its locks and passes; on request for whatever reason is given with it. */
export type SessionEnded = Event<
  'SessionEnded',
  { app: string; session: string } & (
    | Readonly<{ by: 'request'; reason: string }>
    | Readonly<{ by: Exclude<EndedBy, 'request'>; reason: EndReason }>
  )
>

/** The person proved who they are; `pass` is null when a factor was confirmed, which opens nothing. */
export type VerificationPassed = Event<
  'VerificationPassed',
  {
    lock: string | null
    version: number | null
    challenge: string | null
    challengeExpiresAt: number | null
    factor: string
    factorKind: FactorKind
    verifiedUntil: number
    app: string | null
    session: string | null
    context: Context | null
    ended: boolean
    vouched: readonly string[]
    disowned: readonly string[]
    step: number | null
    backedUp: boolean | null
    /** Whether the passkey said otherwise the last time. */
    backupChanged: boolean
    pass: Pass | null
  }
>

/** A challenge that cannot be answered any more, until it has expired anyway. */
export type TakenChallenge = Readonly<{ id: string; expiresAt: number }>

/**
 * An answer was wrong (`wrong-answer`, or the code of the edge that says why), its code was used before (`step-used`) or its
 * signature counter did not rise (`counter-not-risen`). An assertion takes its challenge with it.
 */
export type VerificationFailed = Event<
  'VerificationFailed',
  { lock: string | null; factor: string; reason: string; attemptsLeft: number; taken: TakenChallenge | null }
>

/** The last attempt was wrong: no answer counts before `blockedUntil`. */
export type AttemptsSpent = Event<'AttemptsSpent', { lock: string | null; blockedUntil: number }>

/** The window of a pass is over. */
export type PassExpired = Event<'PassExpired', { pass: string; app: string | null; session: string | null }>

/** A pass vouches no longer: risk rose above it, the person left, or newer ones took its place. */
export type PassVoided = Event<
  'PassVoided',
  { pass: string; app: string | null; session: string | null; reason: 'risk' | 'evicted' }
>

/** A factor was enrolled, pending. */
export type FactorAdded = Event<'FactorAdded', { factor: Factor }>

/** A factor can be used from now on. */
export type FactorActivated = Event<'FactorActivated', { factor: string; kind: FactorKind }>

/** A factor was removed, by a newer set of recovery codes if `replaced`. */
export type FactorRemoved = Event<
  'FactorRemoved',
  { factor: string; kind: FactorKind; by: 'user' | 'operator' | 'replaced' }
>

/** An operator removed all factors, each of which was told before. */
export type FactorsReset = Event<'FactorsReset', { reason: string; operator: string; removed: number }>

/** A ticket was used, for the first and last time. */
export type TicketUsed = Event<'TicketUsed', { ticket: string; purpose: string; expiresAt: number }>

/** What became of an attempt to connect, with all that it was decided by; `lock` is what it waits for. */
export type AdmissionDecided = Event<
  'AdmissionDecided',
  Omit<RequestAdmission['data'], 'policy'> & {
    windowOver: boolean
    outcome: Admission['outcome']
    because: Admission['reason']
    lock: string | null
    verifiedUntil: number | null
  }
>

/** What an assessed activity was, as somebody says. */
export type VerdictRecorded = Event<
  'VerdictRecorded',
  Omit<RecordVerdict['data'], 'ticket' | 'ticketExpiresAt' | 'time' | 'context' | 'policy'>
>

/** An operator let everything be forgotten that was learned of the user. */
export type ProfileReset = Event<'ProfileReset', ResetProfile['data']>

/** Everything that can have happened to the locks of a user. */
export type LockEvent =
  | SessionLocked
  | LockExtended
  | CauseCounted
  | LockWithheld
  | SessionUnlocked
  | SessionEnded
  | VerificationPassed
  | VerificationFailed
  | AttemptsSpent
  | PassExpired
  | PassVoided
  | FactorAdded
  | FactorActivated
  | FactorRemoved
  | FactorsReset
  | TicketUsed
  | AdmissionDecided
  | VerdictRecorded
  | ProfileReset
  | AuthorizationEvent

/** What the lock decider answers. */
export type LockDecision = Decision<LockEvent, LockRefusal>

/** Which events are pushed to subscribers; each of them makes `seq` one greater. */
export const pushed: Readonly<Record<LockEvent['type'], boolean>> = {
  SessionLocked: true,
  LockExtended: true,
  CauseCounted: false,
  LockWithheld: false,
  SessionUnlocked: true,
  SessionEnded: true,
  VerificationPassed: false,
  VerificationFailed: false,
  AttemptsSpent: false,
  PassExpired: false,
  PassVoided: false,
  FactorAdded: false,
  FactorActivated: false,
  FactorRemoved: false,
  FactorsReset: false,
  TicketUsed: false,
  AdmissionDecided: false,
  VerdictRecorded: false,
  ProfileReset: false,
  AuthorizationRequested: false,
  ApproverPrompted: false,
  PromptClosed: false,
  ApprovalAnswered: false,
  AuthorizationApproved: false,
  ApproverUnreachable: false,
  AuthorizationDenied: false,
  AuthorizationConsumed: false,
}
