// Generated from schemas/ by `npm run generate`: do not edit.

export type Scope = 'session' | 'device' | 'user'

export type LockLevel = 'LOW' | 'MEDIUM' | 'HIGH'

export type LockedBy = 'risk' | 'operator' | 'expiry' | 'requirement'

/** Where somebody acts from: a verification vouches for this and nothing else */
export type Context = Readonly<{
  device: null | string
  fingerprint: null | string
  /** /24 of IPv4, /48 of IPv6 */
  network: null | string
  /** SHA-256 of the User-Agent, base64url */
  agent: null | string
}>

/** What caused it, and from where */
export type Cause = Readonly<{
  activity: string
  time: number
  context: Context
}>

export type OnExpiry = 'soft' | 'force' | 'step-up'

/** What the lock stage needs of the policy in force */
export type LockPolicy = Readonly<{
  windowMs: number
  onExpiry: OnExpiry
  attemptsAllowed: number
  challengeTtlMs: number
  totpPastSteps: number
}>

export type LockGrounds = 'proven' | 'unproven'

/** A lock in force */
export type Lock = Readonly<{
  id: string
  /** Offset of the record that last changed it; a result for another version never opens it */
  version: number
  scope: Scope
  app: null | string
  session: null | string
  device: null | string
  level: LockLevel
  reasonUser: Readonly<Record<string, string>>
  factors: readonly string[]
  since: number
  by: LockedBy
  causes: readonly Cause[]
  attemptsLeft: number
  policy: LockPolicy
  /** What it rests on: proven, or what anybody could have caused */
  grounds: LockGrounds
}>

/** A lock came into force */
export type SessionLocked = Readonly<{
  lock: Lock
}>

/** A lock in force got another cause, level or factor rule */
export type LockExtended = Readonly<{
  lock: Lock
}>

export type UnlockedBy = 'verification' | 'operator'

/** A lock was removed */
export type SessionUnlocked = Readonly<{
  lock: string
  version: number
  scope: Scope
  app: null | string
  session: null | string
  device: null | string
  by: UnlockedBy
  operator: null | string
  reason: null | string
}>

/** A session ended and never comes back */
export type SessionEnded = Readonly<{
  app: string
  session: string
  reason: string
}>

/** The person proved who they are */
export type VerificationPassed = Readonly<{
  lock: null | string
  version: null | number
  challenge: null | string
  factor: string
  factorKind: string
  verifiedUntil: number
  app: null | string
  session: null | string
  ended: boolean
  vouched: readonly string[]
  disowned: readonly string[]
  /** Whether the passkey said otherwise the last time of where its key is kept */
  backupChanged: boolean
}>

/** An answer was wrong */
export type VerificationFailed = Readonly<{
  lock: null | string
  factor: string
  reason: string
  attemptsLeft: number
  blockedUntil: null | number
}>

export type PassEndReason = 'expired' | 'voided'

/** A verification no longer vouches */
export type PassEnded = Readonly<{
  pass: string
  app: null | string
  session: null | string
  reason: PassEndReason
}>

export type FactorChange = 'added' | 'activated' | 'removed'

/** A factor was added, confirmed or removed */
export type FactorChanged = Readonly<{
  factor: string
  kind: string
  change: FactorChange
  activeFactors: number
  /** Who removed it: user, operator, or replaced by newer recovery codes */
  by: null | string
}>

/** A ticket was used, for the first time */
export type TicketAccepted = Readonly<{
  ticket: string
  purpose: string
}>

/** A command that changed nothing, because it was so already */
export type CommandAccepted = Readonly<{

}>

/** A command was refused */
export type CommandRefused = Readonly<{
  /** Its type */
  command: string
  /** Stable code */
  refusal: string
  retryAt: null | number
}>

/** An operator removed all factors of the user, each told before */
export type FactorsReset = Readonly<{
  reason: string
  /** Id of the key */
  operator: string
  removed: number
}>

/** What is to be done */
export type AuthorizedAction = Readonly<{
  type: string
  resource: string
}>

export type ApproverKind = 'owner' | 'supervisor'

/** An action waits for approval; of the user who is to do it */
export type AuthorizationRequested = Readonly<{
  authorization: string
  app: string
  session: string
  action: AuthorizedAction
  parametersHash: string
  approver: ApproverKind
  approvers: readonly string[]
  quorum: number
  requestedAt: number
  expiresAt: number
}>

/** An approver is asked; of the approver */
export type ApprovalRequested = Readonly<{
  authorization: string
  owner: string
  app: string
  action: AuthorizedAction
  parametersHash: string
  requestedAt: number
  expiresAt: number
}>

/** An approver is no longer asked; of the approver */
export type ApprovalClosed = Readonly<{
  authorization: string
  owner: string
  app: string
}>

export type ApprovalAnswer = 'approve' | 'deny'

/** An approver has answered, with an own factor if it was yes; of the approver */
export type ApprovalAnswered = Readonly<{
  authorization: string
  owner: string
  app: string
  answer: ApprovalAnswer
  reason: null | string
  factor: null | string
  factorKind: null | string
  session: null | string
  device: null | string
}>

/** One approval more; of the user who is to do it */
export type AuthorizationApproved = Readonly<{
  authorization: string
  app: string
  session: string
  approver: string
  factorKind: string
  approvals: number
  quorum: number
  /** Nobody else has to approve */
  complete: boolean
}>

/** An action was refused for good; of the user who wanted to do it */
export type AuthorizationDenied = Readonly<{
  authorization: string
  app: string
  session: string
  /** The approver; none: too few could be asked */
  by: null | string
  reason: string
}>

/** An approved action was let through, once */
export type AuthorizationConsumed = Readonly<{
  authorization: string
  app: string
  session: string
  action: AuthorizedAction
  parametersHash: string
  approvers: readonly string[]
}>

export type ClientKind = 'interactive' | 'always-on'

export type ResourceClass = 'protected' | 'exempt' | 'password-change'

export type SecondFactorRequirement = 'required' | 'waived' | 'off'

export type AdmissionOutcome = 'admitted' | 'pending' | 'refused'

/** What became of an attempt to connect; who was not asked for a second factor, and why, is in here */
export type AdmissionDecided = Readonly<{
  app: string
  session: null | string
  device: null | string
  client: ClientKind
  resourceClass: ResourceClass
  /** The user must change the password before anything else */
  passwordChange: boolean
  /** Whoever connects is the user that the app names */
  userMatches: boolean
  /** The sign-in was accepted, or the certificate is valid */
  credentialsAccepted: boolean
  /** The platform could be asked at the time */
  reachable: boolean
  /** Why a certificate was refused */
  fault: null | string
  requirement: SecondFactorRequirement
  /** Whose rule decided: user, group, app or tenant */
  level: null | string
  /** Who answers for an exception */
  owner: null | string
  /** Why there is an exception */
  reason: null | string
  /** No verification of the session or device vouched any more */
  windowOver: boolean
  outcome: AdmissionOutcome
  /** Code of the reason */
  because: string
  /** What it waits for */
  lock: null | string
  verifiedUntil: null | number
}>

export type WithheldReason = 'tenant-budget' | 'user-budget'

/** A demand that nothing proves locked nobody; what was attempted stays refused */
export type LockWithheld = Readonly<{
  /** What it would have locked */
  scope: Scope
  app: string
  session: null | string
  device: null | string
  level: LockLevel
  activity: string
  /** Too many users of the tenant, or too many locks of this user, rest on nothing proven */
  reason: WithheldReason
}>

/** What happened to a user's locks, sessions and factors, and the answer to every command. Key: tenant:user. */
export type SessionRecord = Readonly<{
  tenant: string
  /** The customer's own id of the person, NFC */
  user: string
  at: number
  /** The user's lock state version after it; the same for events that are not pushed */
  seq: number
  /** The command that it answers */
  commandId: null | string
  body: Readonly<{ type: 'session-locked'; data: SessionLocked }> | Readonly<{ type: 'lock-extended'; data: LockExtended }> | Readonly<{ type: 'session-unlocked'; data: SessionUnlocked }> | Readonly<{ type: 'session-ended'; data: SessionEnded }> | Readonly<{ type: 'verification-passed'; data: VerificationPassed }> | Readonly<{ type: 'verification-failed'; data: VerificationFailed }> | Readonly<{ type: 'pass-ended'; data: PassEnded }> | Readonly<{ type: 'factor-changed'; data: FactorChanged }> | Readonly<{ type: 'ticket-accepted'; data: TicketAccepted }> | Readonly<{ type: 'command-accepted'; data: CommandAccepted }> | Readonly<{ type: 'command-refused'; data: CommandRefused }> | Readonly<{ type: 'factors-reset'; data: FactorsReset }> | Readonly<{ type: 'authorization-requested'; data: AuthorizationRequested }> | Readonly<{ type: 'approval-requested'; data: ApprovalRequested }> | Readonly<{ type: 'approval-closed'; data: ApprovalClosed }> | Readonly<{ type: 'approval-answered'; data: ApprovalAnswered }> | Readonly<{ type: 'authorization-approved'; data: AuthorizationApproved }> | Readonly<{ type: 'authorization-denied'; data: AuthorizationDenied }> | Readonly<{ type: 'authorization-consumed'; data: AuthorizationConsumed }> | Readonly<{ type: 'admission-decided'; data: AdmissionDecided }> | Readonly<{ type: 'lock-withheld'; data: LockWithheld }>
}>
