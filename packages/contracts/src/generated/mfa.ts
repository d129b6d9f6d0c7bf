// Generated from schemas/ by `npm run generate`: do not edit.

export type LockScope = 'session' | 'device' | 'user'

export type MfaLevel = 'LOW' | 'MEDIUM' | 'HIGH'

/** Where somebody acts from: a verification vouches for this and nothing else */
export type Context = Readonly<{
  device: null | string
  fingerprint: null | string
  /** /24 of IPv4, /48 of IPv6 */
  network: null | string
  /** SHA-256 of the User-Agent, base64url */
  agent: null | string
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

export type MfaGrounds = 'proven' | 'unproven'

/** A risk decision that asks for proof */
export type MfaRequired = Readonly<{
  assessment: string
  activity: string
  app: string
  session: null | string
  device: null | string
  scope: LockScope
  level: MfaLevel
  context: Context
  /** receivedAt of the cause */
  time: number
  reasonUser: Readonly<Record<string, string>>
  /** Kinds of factor that may answer */
  factors: readonly string[]
  policy: LockPolicy
  /** What it rests on: proven, or what anybody could have caused */
  grounds: MfaGrounds
}>

export type VerificationPurpose = 'unlock' | 'confirm'

/** What the edge found of an answer; the fold decides whether it counts */
export type VerificationAttempted = Readonly<{
  purpose: VerificationPurpose
  /** Id of the challenge */
  challenge: null | string
  challengeExpiresAt: null | number
  lock: null | string
  lockVersion: null | number
  factor: string
  passed: boolean
  /** TOTP time step (RFC 6238) of the code, index of the recovery code, or signature counter of the assertion */
  step: null | number
  app: null | string
  session: null | string
  context: null | Context
  /** Why the edge did not let it pass: a stable code */
  fault: null | string
  /** Whether a passkey says that its key is kept elsewhere, too (BS, WebAuthn Level 3) */
  backedUp: null | boolean
}>

/** A one-use ticket is presented */
export type TicketUsed = Readonly<{
  ticket: string
  purpose: string
  expiresAt: number
}>

/** A factor is enrolled; TOTP is pending until a code confirms it */
export type FactorAdded = Readonly<{
  factor: string
  kind: string
  name: null | string
  /** AES-256-GCM sealed secret, bound to tenant and user */
  sealed: null | string
  /** By an enrol ticket of the backend */
  ticket: boolean
  app: null | string
  session: null | string
  /** Id of the challenge that a passkey was registered with */
  challenge: null | string
  challengeExpiresAt: null | number
  /** Signature counter of the passkey */
  step: null | number
  /** Where the passkey was registered from */
  context: null | Context
  /** Whether a passkey says that its key is kept elsewhere, too (BS, WebAuthn Level 3) */
  backedUp: null | boolean
}>

export type RemovedBy = 'user' | 'operator'

/** A factor is removed */
export type FactorRemoved = Readonly<{
  factor: string
  by: RemovedBy
}>

/** An operator locks a user or a session */
export type OperatorLock = Readonly<{
  reason: string
  /** Id of the key */
  operator: string
  app: null | string
  session: null | string
  policy: LockPolicy
}>

/** An operator opens one lock, or all of a user's */
export type OperatorUnlock = Readonly<{
  reason: string
  operator: string
  lock: null | string
  version: null | number
}>

/** An operator or the app ends a session for good */
export type SessionEnd = Readonly<{
  app: string
  session: string
  reason: string
  operator: string
}>

/** The shell's timer says that a stored deadline may have passed; counts only if the record's time agrees */
export type DeadlinePassed = Readonly<{
  pass: string
  until: number
}>

/** An operator removes all factors of a user */
export type FactorsReset = Readonly<{
  reason: string
  /** Id of the key */
  operator: string
}>

/** What is to be done */
export type AuthorizedAction = Readonly<{
  type: string
  resource: string
}>

export type ApproverKind = 'owner' | 'supervisor'

/** An app asks that an action be approved; key of the user who is to do it */
export type AuthorizationRequested = Readonly<{
  /** Id, made of the request */
  authorization: string
  app: string
  /** The session that may use it */
  session: string
  device: null | string
  action: AuthorizedAction
  /** Canonical JSON (RFC 8785), for the approver to see */
  parameters: string
  /** SHA-256 of the parameters, base64url */
  parametersHash: string
  approver: ApproverKind
  /** Users who are asked; none: whoever the app vouches for */
  approvers: readonly string[]
  quorum: number
  /** Kinds of factor that may approve */
  factors: readonly string[]
  ttlMs: number
}>

/** Of the lock stage: a user is asked to approve what another one wants to do, or no longer asked; key of the approver */
export type ApprovalPrompted = Readonly<{
  authorization: string
  /** The user who is to do it */
  owner: string
  app: string
  action: AuthorizedAction
  parametersHash: string
  requestedAt: number
  expiresAt: number
  /** False: no longer asked */
  open: boolean
}>

export type ApprovalAnswer = 'approve' | 'deny'

/** What the edge found of the answer of an approver; key of the approver, whose factor and attempts it uses */
export type ApprovalAnswered = Readonly<{
  authorization: string
  owner: string
  app: string
  /** Counts only if the approver was asked */
  prompted: boolean
  answer: ApprovalAnswer
  reason: null | string
  /** No newer factor counts */
  requestedAt: number
  challenge: null | string
  challengeExpiresAt: null | number
  factor: null | string
  passed: boolean
  step: null | number
  /** The number that the requester sees was typed, or none was needed */
  numberMatched: boolean
  session: null | string
  device: null | string
  /** Why an assertion does not count */
  fault: null | string
}>

export type ApprovalOutcome = 'approved' | 'denied' | 'unreachable'

/** Of the lock stage: what an approver answered, or that nobody could be asked; key of the user who is to do it */
export type ApprovalRecorded = Readonly<{
  authorization: string
  /** Of the authorization that was answered */
  requestedAt: number
  approver: string
  answer: ApprovalOutcome
  reason: null | string
  /** Kind of factor that proved the approver */
  factor: null | string
  session: null | string
  device: null | string
}>

/** An approved action is about to be done */
export type AuthorizationConsumed = Readonly<{
  authorization: string
  app: string
  session: null | string
  action: null | AuthorizedAction
  parametersHash: string
}>

export type ClientKind = 'interactive' | 'always-on'

export type ResourceClass = 'protected' | 'exempt' | 'password-change'

export type SecondFactorRequirement = 'required' | 'waived' | 'off'

/** A client wants to connect, or somebody to reach a resource */
export type AdmissionRequested = Readonly<{
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
  policy: LockPolicy
}>

/** The scorer asks the tenant, whose key has an empty user, whether a demand that nothing proves may lock a user; no MAC */
export type LockAsked = Readonly<{
  /** Who would be locked */
  user: string
  /** How many users of the tenant such demands may lock in a minute */
  usersPerMinute: number
  demand: MfaRequired
}>

/** Of the tenant to a user: so many are locked on demands that nothing proves that this one locks nobody */
export type LockWithheld = Readonly<{
  demand: MfaRequired
}>

/** The lock stage's one inbox: mfa-required of the scorer, and session-guard's commands with a MAC. Key: tenant:user. */
export type MfaRecord = Readonly<{
  tenant: string
  /** The customer's own id of the person, NFC */
  user: string
  receivedAt: number
  /** Redelivery of the same id does nothing */
  commandId: string
  /** HMAC-SHA-256 of session-guard over tenant, user, type, body and commandId; none on mfa-required */
  mac: null | Uint8Array
  body: Readonly<{ type: 'mfa-required'; data: MfaRequired }> | Readonly<{ type: 'verification-attempted'; data: VerificationAttempted }> | Readonly<{ type: 'ticket-used'; data: TicketUsed }> | Readonly<{ type: 'factor-added'; data: FactorAdded }> | Readonly<{ type: 'factor-removed'; data: FactorRemoved }> | Readonly<{ type: 'operator-lock'; data: OperatorLock }> | Readonly<{ type: 'operator-unlock'; data: OperatorUnlock }> | Readonly<{ type: 'session-end'; data: SessionEnd }> | Readonly<{ type: 'deadline-passed'; data: DeadlinePassed }> | Readonly<{ type: 'factors-reset'; data: FactorsReset }> | Readonly<{ type: 'authorization-requested'; data: AuthorizationRequested }> | Readonly<{ type: 'approval-prompted'; data: ApprovalPrompted }> | Readonly<{ type: 'approval-answered'; data: ApprovalAnswered }> | Readonly<{ type: 'approval-recorded'; data: ApprovalRecorded }> | Readonly<{ type: 'authorization-consumed'; data: AuthorizationConsumed }> | Readonly<{ type: 'admission-requested'; data: AdmissionRequested }> | Readonly<{ type: 'lock-asked'; data: LockAsked }> | Readonly<{ type: 'lock-withheld'; data: LockWithheld }>
}>
