import type { Level } from './level.ts'

/** How many entries a table of the profile holds; the one unused for longest makes room. */
export const profileBounds = {
  devices: 8,
  fingerprints: 8,
  addresses: 32,
  countries: 12,
  sessions: 8,
  places: 8,
  pending: 8,
  pendingActivities: 4,
  disowned: 8,
  compromised: 8,
} as const

/** A value learned for the user; times are milliseconds since the epoch. */
export interface Sighted {
  readonly value: string
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

/** A learned device and the operating system it was last learned with. */
export interface SightedDevice extends Sighted {
  readonly os: string | null
}

/** Coordinates in degrees. */
export interface Position {
  readonly latitude: number
  readonly longitude: number
  readonly accuracyKm: number
}

/** Where an activity came from: what a session is compared with and what is learned. */
export interface Context {
  readonly app: string
  readonly session: string | null
  readonly device: string | null
  readonly fingerprint: string | null
  readonly address: string | null
  /** The address is public and may be learned. */
  readonly learnable: boolean
  readonly prefix: string | null
  readonly asn: number | null
  readonly country: string | null
  /** `null` too for gateways, whose position is not that of the user. */
  readonly position: Position | null
  readonly agent: { readonly browser: string | null; readonly os: string | null; readonly hash: string } | null
}

/** A session and the context it started from. */
export interface SessionStart {
  readonly app: string
  readonly session: string
  readonly context: Context
  /** The level of the activity that started it. */
  readonly level: Level
  /** The context was learned or verified: as long as it stays the same it is nothing new. */
  readonly settled: boolean
  readonly startedAt: number
  readonly lastAt: number
}

/** The last allowed place of one device. */
export interface Place extends Position {
  /** Device id; empty for activities without one. */
  readonly device: string
  readonly country: string
  /** Event time, milliseconds since the epoch. */
  readonly at: number
}

/** A context that waits for somebody to vouch for it. */
export interface PendingSighting {
  /** The first activity of it and the latest ones. */
  readonly activities: readonly string[]
  readonly context: Context
  readonly login: boolean
  readonly level: Level
  readonly at: number
}

/** What was new in a context that the user disowned: never learned on the word of a low score. */
export interface DisownedContext {
  readonly device: string | null
  readonly fingerprint: string | null
  readonly address: string | null
}

/** Where an activity came from that was somebody else's, as a verdict says; `null` for what it did not tell or has been vouched for since. */
export interface CompromisedContext {
  readonly device: string | null
  readonly fingerprint: string | null
  /** A public one. */
  readonly address: string | null
  /** Hash of the client program. */
  readonly agent: string | null
}

/** All the engine remembers of one user: bounded, plain JSON, changed only by `observe`, `applyVerification`, `applyVerdict` and `forgetLearned`. */
export interface Profile {
  readonly version: 1
  readonly devices: readonly SightedDevice[]
  readonly fingerprints: readonly Sighted[]
  readonly addresses: readonly Sighted[]
  readonly countries: readonly Sighted[]
  readonly sessions: readonly SessionStart[]
  readonly places: readonly Place[]
  readonly pending: readonly PendingSighting[]
  readonly disowned: readonly DisownedContext[]
  readonly compromised: readonly CompromisedContext[]
  readonly loginsLearned: number
  /** How many of the learned logins carried a device. */
  readonly loginsWithDevice: number
  /** How many of the learned logins carried a fingerprint. */
  readonly loginsWithFingerprint: number
  readonly lastLoginAt: number | null
  /** Failed logins, halved every hour. */
  readonly failures: { readonly count: number; readonly at: number }
  /** The last credential change from a device that was not established, or what else `credential.recent-change` stands for. */
  readonly credentialChangedAt: number | null
  /** How many second factors the user can verify with, as the lock stage last said. */
  readonly activeFactors: number
  readonly previousLevel: Level
}

/** The profile of a user nothing is known of. */
export const emptyProfile: Profile = {
  version: 1,
  devices: [],
  fingerprints: [],
  addresses: [],
  countries: [],
  sessions: [],
  places: [],
  pending: [],
  disowned: [],
  compromised: [],
  loginsLearned: 0,
  loginsWithDevice: 0,
  loginsWithFingerprint: 0,
  lastLoginAt: null,
  failures: { count: 0, at: 0 },
  credentialChangedAt: null,
  activeFactors: 0,
  previousLevel: 'LOW',
}
