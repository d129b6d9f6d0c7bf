// Generated from schemas/ by `npm run generate`: do not edit.

export type ActivityType = 'login' | 'logout' | 'access' | 'credential-change' | 'context' | 'signal'

export type ActivityOutcome = 'succeeded' | 'failed' | 'attempted'

/** What the user set out to do */
export type Action = Readonly<{
  type: string
  resource: null | string
  sensitivity: null | string
  count: null | number
}>

/** A fact from elsewhere (type signal) */
export type SignalFact = Readonly<{
  code: string
  subject: null | string
  severity: null | string
}>

export type NetworkKind = 'public' | 'private' | 'loopback' | 'link-local' | 'cgnat' | 'unknown'

/** Facts of the address at the time of ingest */
export type Network = Readonly<{
  kind: NetworkKind
  /** Normalised: IPv4, or the /64 of IPv6 */
  address: null | string
  /** /24 of IPv4, /48 of IPv6 */
  prefix: null | string
  /** ISO 3166-1 alpha-2 */
  country: null | string
  region: null | string
  city: null | string
  latitude: null | number
  longitude: null | number
  accuracyKm: null | number
  asn: null | number
  /** residential, mobile, hosting, vpn, tor, proxy, relay */
  type: null | string
  /** ok or bad */
  reputation: null | string
  /** Names of the operator's lists that contain the address */
  lists: readonly string[]
  /** Reason of the policy's trusted network that contains the address */
  trusted: null | string
}>

/** The user agent, parsed */
export type Agent = Readonly<{
  browser: null | string
  browserVersion: null | string
  os: null | string
  osVersion: null | string
  deviceType: null | string
}>

/** What other users' activity says of the device, fingerprint and address, at the time of ingest */
export type EntityFacts = Readonly<{
  deviceShared: boolean
  fingerprintShared: boolean
  ipShared: boolean
}>

/** One thing that a user did, with every fact that judging it needs */
export type Activity = Readonly<{
  /** Idempotency key, unique per tenant, app and user within 24 h */
  id: string
  app: string
  type: ActivityType
  outcome: ActivityOutcome
  session: null | string
  device: null | string
  fingerprint: null | string
  ip: null | string
  userAgent: null | string
  /** Allow-listed request headers */
  headers: Readonly<Record<string, string>>
  /** When it happened, as the app says */
  time: number
  /** Outside of -24 h..+2 min of receivedAt: audited, never lowers a risk */
  late: boolean
  action: null | Action
  /** RFC 8176 amr values of the app's own authentication */
  methods: readonly string[]
  /** Codes of what the app's own detectors found */
  signals: readonly string[]
  signal: null | SignalFact
  network: null | Network
  agent: null | Agent
  facts: EntityFacts
  /** Flat scalars of the app */
  attributes: Readonly<Record<string, null | boolean | number | string>>
  /** Hash of the policy in force at ingest */
  policy: string
  /** Versions of the data behind the facts: geo, lists */
  sources: Readonly<Record<string, string>>
  /** The app has named an owner of the device who is not the user */
  deviceOwnedByOther: boolean
}>

export type VerificationKind = 'passed' | 'failed' | 'factor-added' | 'factor-removed' | 'session-ended'

/** Context in which the person answered */
export type VerificationContext = Readonly<{
  device: null | string
  fingerprint: null | string
  network: null | string
  agent: null | string
}>

/** An outcome of the lock stage that the scorer learns from */
export type Verification = Readonly<{
  kind: VerificationKind
  app: null | string
  session: null | string
  lock: null | string
  /** Kind of the factor: totp, webauthn, recovery-code */
  factor: null | string
  /** Activities whose context the person vouched for: learned */
  vouched: readonly string[]
  /** Activities whose context another one answered for: never learned */
  disowned: readonly string[]
  context: null | VerificationContext
  activeFactors: number
  /** Why it failed: a stable code */
  reason: null | string
}>

/** What happened, as ingest let it in, or what the lock stage reports back to the scorer. Key: tenant:user. */
export type ActivityRecord = Readonly<{
  tenant: string
  /** The customer's own id of the person, NFC */
  user: string
  /** Stamped once by ingest (or the lock stage's log time); the only clock that folds know */
  receivedAt: number
  body: Readonly<{ type: 'activity'; data: Activity }> | Readonly<{ type: 'verification'; data: Verification }>
}>
