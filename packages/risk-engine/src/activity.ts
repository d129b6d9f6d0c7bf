/** What happened, in the words of the ingest interface. */
export type ActivityType = 'login' | 'logout' | 'access' | 'credential-change' | 'context' | 'signal'

/** Whether it went through; `attempted` is judged before the app lets it through. */
export type ActivityOutcome = 'succeeded' | 'failed' | 'attempted'

/** Where an address belongs; only `public` addresses can be new or known places. */
export type NetworkKind = 'public' | 'private' | 'loopback' | 'link-local' | 'cgnat' | 'unknown'

/** The network facts of an activity, looked up once at ingest; `null` is "not known". */
export interface ActivityNetwork {
  readonly kind: NetworkKind
  /** Normalised address: an IPv4 address, or the /64 of an IPv6 address; empty if unknown. */
  readonly address: string
  /** IPv4 /24 or IPv6 /48; empty if unknown. */
  readonly prefix: string
  /** ISO 3166 alpha-2, upper case. On an address that is not public only the app itself can have said it. */
  readonly country: string | null
  readonly region: string | null
  readonly city: string | null
  /** Degrees. */
  readonly latitude: number | null
  /** Degrees. */
  readonly longitude: number | null
  readonly accuracyKm: number | null
  readonly asn: number | null
  /** `residential`, `mobile`, `hosting`, `vpn`, `tor`, `proxy`, `relay`, `satellite` …; others are taken as ordinary. */
  readonly type: string | null
  readonly reputation: 'ok' | 'bad' | null
  /** Names of the lists the address was found on. */
  readonly lists: readonly string[]
  /** Set if the address lies in one of the policy's trusted networks. */
  readonly trusted: { readonly reason: string } | null
}

/** The client program, parsed once at ingest. */
export interface ActivityAgent {
  readonly browser: string | null
  readonly browserVersion: string | null
  readonly os: string | null
  readonly osVersion: string | null
  readonly deviceType: string | null
  /** Hash of the whole user agent string. */
  readonly hash: string
}

/** A fact from elsewhere, carried by an activity of type `signal`. */
export interface CarriedSignal {
  readonly code: string
  readonly subject: string | null
  readonly severity: string | null
}

/** What the user did. */
export interface ActivityAction {
  readonly type: string
  readonly resource: string | null
  readonly sensitivity: string | null
  readonly count: number | null
}

/** One enriched activity of one user: all that the engine may know of it. Plain JSON; absence is `null`. */
export interface Activity {
  readonly id: string
  readonly app: string
  readonly type: ActivityType
  readonly outcome: ActivityOutcome
  readonly session: string | null
  readonly device: string | null
  readonly fingerprint: string | null
  /** The address as the app gave it; judged only through `network`. */
  readonly ip: string | null
  /** When it happened, milliseconds since the epoch. */
  readonly time: number
  /** When ingest took it, milliseconds since the epoch; never goes back for one user. */
  readonly receivedAt: number
  /** Its `time` was out of the window: audited, never learned, never lowers a risk. */
  readonly late: boolean
  readonly action: ActivityAction | null
  /** RFC 8176 authentication method references. */
  readonly methods: readonly string[]
  /** Codes of what the app's own detectors found. */
  readonly signals: readonly string[]
  readonly signal: CarriedSignal | null
  readonly network: ActivityNetwork | null
  readonly agent: ActivityAgent | null
  /** Seen with another user of the tenant. */
  readonly facts: {
    readonly deviceShared: boolean
    readonly fingerprintShared: boolean
    readonly ipShared: boolean
  }
  /** The app has named an owner of the device who is not the user. */
  readonly deviceOwnedByOther: boolean
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>
}
