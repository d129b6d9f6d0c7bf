import type { ResourceClass } from '@watchword/admission'
import type { AuthorizationCommand, AuthorizationRefusal } from './authorization-commands.ts'
import type { Recorded } from './recorded.ts'
import type {
  AssessedContext,
  Context,
  FactorKind,
  LockGrounds,
  LockLevel,
  LockPolicy,
  LockScope,
  Verdict,
} from './state.ts'

/** The scorer asks for proof. `time` is the log time of the cause; no `factors` means any kind. */
export type RequireVerification = Recorded<
  'RequireVerification',
  {
    app: string
    session: string | null
    device: string | null
    scope: LockScope
    level: LockLevel
    context: Context
    assessment: string | null
    activity: string
    time: number
    reasonUser: Readonly<Record<string, string>>
    factors: readonly FactorKind[]
    policy: LockPolicy
    grounds: LockGrounds
  }
>

/** The tenant has no room for the demand: so many of its users are locked on demands that nothing proves. Locks nobody. */
export type WithholdLock = Recorded<
  'WithholdLock',
  Pick<RequireVerification['data'], 'scope' | 'app' | 'session' | 'device' | 'level' | 'activity'>
>

/**
 * What the edge found of an answer. `step` is the TOTP time step, the index (0..30) of a recovery code, or the signature
 * counter of an assertion, `backedUp` whether the assertion says that the key is kept elsewhere, too; `fault` is why the edge did not let it pass.
 * `unlock` answers a lock; `enrol` and `confirm` prove a pending factor.
 */
export type SubmitVerification = Recorded<
  'SubmitVerification',
  {
    purpose: 'unlock' | 'enrol' | 'confirm'
    challenge: string | null
    challengeExpiresAt: number | null
    lock: string | null
    lockVersion: number | null
    factor: string
    passed: boolean
    fault: string | null
    step: number | null
    backedUp: boolean | null
    app: string | null
    session: string | null
    context: Context | null
  }
>

/**
 * Enrols a factor; `ticket` says that the backend minted an enrol ticket after its own check, for this session where it is named.
 * A passkey comes with the challenge that it was registered with, its signature counter and where that was.
 */
export type AddFactor = Recorded<
  'AddFactor',
  {
    factor: string
    kind: FactorKind
    name: string | null
    sealed: string | null
    ticket: boolean
    app: string | null
    session: string | null
    challenge: string | null
    challengeExpiresAt: number | null
    step: number | null
    backedUp: boolean | null
    context: Context | null
  }
>

/** Removes a factor. */
export type RemoveFactor = Recorded<'RemoveFactor', { factor: string; by: 'user' | 'operator' }>

/** An operator removes all factors; what is enrolled next needs a ticket of the backend. */
export type ResetFactors = Recorded<'ResetFactors', { reason: string; operator: string }>

/** Presents a one-use ticket. */
export type UseTicket = Recorded<'UseTicket', { ticket: string; purpose: string; expiresAt: number }>

/** An operator locks a session (app and session given) or the whole user. */
export type OperatorLock = Recorded<
  'OperatorLock',
  { reason: string; operator: string; app: string | null; session: string | null; policy: LockPolicy }
>

/** An operator opens one lock, or all of a user's. */
export type OperatorUnlock = Recorded<
  'OperatorUnlock',
  { reason: string; operator: string; lock: string | null; version: number | null }
>

/** An operator or the app ends a session for good. */
export type EndSession = Recorded<'EndSession', { app: string; session: string; reason: string }>

/** The shell's timer says that a pass may be over; counts only if log time agrees. */
export type DeadlinePassed = Recorded<'DeadlinePassed', { pass: string; until: number }>

/**
 * A client wants to connect, or somebody to reach a resource. What the edge found of the five conditions, `fault` where it was the
 * certificate; what the policy asks of the user, and who answers for an exception.
 */
export type RequestAdmission = Recorded<
  'RequestAdmission',
  {
    app: string
    session: string | null
    device: string | null
    client: 'interactive' | 'always-on'
    resourceClass: ResourceClass
    passwordChange: boolean
    userMatches: boolean
    credentialsAccepted: boolean
    reachable: boolean
    fault: string | null
    requirement: 'required' | 'waived' | 'off'
    level: string | null
    owner: string | null
    reason: string | null
    policy: LockPolicy
  }
>

/**
 * What an assessed activity was, as an operator says or the user, by a ticket that is good once. `context` is where the activity came from, as
 * far as an answer is compared with it, `time` its log time.
 */
export type RecordVerdict = Recorded<
  'RecordVerdict',
  {
    assessment: string
    activity: string
    app: string
    session: string | null
    verdict: Verdict
    by: 'operator' | 'user'
    operator: string | null
    note: string | null
    assessed: AssessedContext
    ticket: string | null
    ticketExpiresAt: number | null
    time: number
    context: Context
    policy: LockPolicy
  }
>

/** An operator lets everything be forgotten that was learned of the user. */
export type ResetProfile = Recorded<'ResetProfile', { reason: string; operator: string }>

/** Everything that can be asked of the locks of a user. */
export type LockCommand =
  | RequireVerification
  | WithholdLock
  | SubmitVerification
  | AddFactor
  | RemoveFactor
  | ResetFactors
  | UseTicket
  | OperatorLock
  | OperatorUnlock
  | EndSession
  | DeadlinePassed
  | RequestAdmission
  | RecordVerdict
  | ResetProfile
  | AuthorizationCommand

/** Why a command is refused: stable codes. */
export type LockRefusal =
  | 'too-many-attempts'
  | 'stale-challenge'
  | 'factor-not-active'
  | 'factor-not-pending'
  | 'factor-not-allowed'
  | 'factor-too-new'
  | 'factor-exists'
  | 'too-many-factors'
  | 'locked'
  | 'ticket-needed'
  | 'ticket-used'
  | 'ticket-expired'
  | 'too-many-uses'
  | 'stale-version'
  | AuthorizationRefusal
