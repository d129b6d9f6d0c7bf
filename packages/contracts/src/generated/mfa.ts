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
  body: Readonly<{ type: 'mfa-required'; data: MfaRequired }> | Readonly<{ type: 'verification-attempted'; data: VerificationAttempted }> | Readonly<{ type: 'ticket-used'; data: TicketUsed }> | Readonly<{ type: 'factor-added'; data: FactorAdded }> | Readonly<{ type: 'factor-removed'; data: FactorRemoved }> | Readonly<{ type: 'operator-lock'; data: OperatorLock }> | Readonly<{ type: 'operator-unlock'; data: OperatorUnlock }> | Readonly<{ type: 'session-end'; data: SessionEnd }> | Readonly<{ type: 'deadline-passed'; data: DeadlinePassed }> | Readonly<{ type: 'factors-reset'; data: FactorsReset }>
}>
