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

/** A session that never comes back */
export type EndedSession = Readonly<{
  app: string
  session: string
  at: number
}>

/** A verification that still vouches */
export type Pass = Readonly<{
  id: string
  app: null | string
  session: null | string
  device: null | string
  context: null | Context
  level: LockLevel
  factorKind: string
  at: number
  until: number
  onExpiry: OnExpiry
}>

/** An active factor */
export type FactorSummary = Readonly<{
  id: string
  kind: string
}>

/** What is to be done */
export type AuthorizedAction = Readonly<{
  type: string
  resource: string
}>

export type ApproverKind = 'owner' | 'supervisor'

/** Who approved */
export type Approval = Readonly<{
  user: string
  factorKind: string
  at: number
}>

export type AuthorizationStatus = 'pending' | 'approved' | 'denied' | 'consumed'

/** An action of the user that needs approval, until ten minutes after its end */
export type Authorization = Readonly<{
  id: string
  app: string
  session: string
  device: null | string
  action: AuthorizedAction
  /** Canonical JSON; none once it is decided or over */
  parameters: null | string
  parametersHash: string
  approver: ApproverKind
  approvers: readonly string[]
  quorum: number
  factors: readonly string[]
  requestedAt: number
  expiresAt: number
  approvals: readonly Approval[]
  status: AuthorizationStatus
  decidedAt: null | number
  deniedBy: null | string
  denialReason: null | string
}>

/** What another user wants to do, and this one is asked to approve */
export type ApprovalPrompt = Readonly<{
  authorization: string
  owner: string
  app: string
  action: AuthorizedAction
  parametersHash: string
  requestedAt: number
  expiresAt: number
}>

/** Everything that is locked, ended or verified of one user now (compacted). Key: tenant:user. */
export type LockState = Readonly<{
  tenant: string
  /** The customer's own id of the person, NFC */
  user: string
  /** Offset of the input that made it; readers keep the highest */
  version: number
  /** Count of the user's pushed changes */
  seq: number
  at: number
  locks: readonly Lock[]
  endedSessions: readonly EndedSession[]
  passes: readonly Pass[]
  factors: readonly FactorSummary[]
  /** No attempt counts before */
  blockedUntil: null | number
  /** Actions that the user wants to do */
  authorizations: readonly Authorization[]
  /** Open questions to the user as an approver */
  prompts: readonly ApprovalPrompt[]
}>
