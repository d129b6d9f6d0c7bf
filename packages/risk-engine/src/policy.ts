import type { Decision, Level } from './level.ts'

/** Scores from which a level begins. */
export interface Cuts {
  readonly medium: number
  readonly high: number
}

/** A network that adds no place, travel, type or reputation points; matched at ingest. */
export interface TrustedNetwork {
  readonly cidr: string
  readonly reason: string
  readonly owner: string | null
  /** RFC 3339; `null`: does not expire. */
  readonly expires: string | null
}

/** Changes one signal; `points` scales all tiers of a signal by its highest one, `null` keeps them. */
export interface SignalOverride {
  readonly enabled: boolean
  /** 0..100 */
  readonly points: number | null
}

/** One CEL rule; the first that matches makes the decision. */
export interface PolicyRule {
  readonly name: string
  readonly when: string
  // oxlint-disable-next-line unicorn/no-thenable -- `then` is the word of the public policy format
  readonly then: Decision
  /** Kinds of factor to ask for; `null`: any active one. */
  readonly factors: readonly string[] | null
}

/** How a lock is verified; durations are ISO 8601. */
export interface Verification {
  readonly window: string
  readonly onExpiry: 'soft' | 'force' | 'step-up'
  readonly attempts: number
  readonly challengeTtl: string
  readonly totpPastSteps: number
  /** Whether an authenticator must have verified the person, or only that somebody is there. */
  readonly userVerification: 'required' | 'preferred'
}

/** What the answer "unknown" means on a path. */
export interface FailureMode {
  readonly path: string
  readonly mode: 'open' | 'closed' | 'last-known'
  /** ISO 8601, for `last-known`. */
  readonly ttl: string | null
}

/** The policy document, with every default filled in. Plain JSON. */
export interface Policy {
  readonly profile: 'strict' | 'balanced' | 'custom'
  /** For `custom` only. */
  readonly cuts: Cuts | null
  readonly decisions: Readonly<Record<Level, Decision>>
  /** ISO 3166 alpha-2. */
  readonly blockedCountries: readonly string[]
  readonly trustedNetworks: readonly TrustedNetwork[]
  /** By signal code, also codes of the app's own detectors. */
  readonly signals: Readonly<Record<string, SignalOverride>>
  readonly rules: readonly PolicyRule[]
  /** Who may enrol a first factor. */
  readonly enrolment: 'backend-ticket' | 'never'
  readonly verification: Verification
  readonly failureModes: readonly FailureMode[]
}

/** The policy in force where none was put: `balanced`. */
export const defaultPolicy: Policy = {
  profile: 'balanced',
  cuts: null,
  decisions: { LOW: 'allow', MEDIUM: 'notify', HIGH: 'step-up' },
  blockedCountries: [],
  trustedNetworks: [],
  signals: {},
  rules: [],
  enrolment: 'backend-ticket',
  verification: {
    window: 'PT8H',
    onExpiry: 'soft',
    attempts: 5,
    challengeTtl: 'PT5M',
    totpPastSteps: 1,
    userVerification: 'required',
  },
  failureModes: [],
}

/** The default policy with the `strict` cuts. */
export const strictPolicy: Policy = { ...defaultPolicy, profile: 'strict' }
