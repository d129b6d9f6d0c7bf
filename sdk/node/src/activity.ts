import type { Problem } from './watchword-error.ts'

/** One thing a user did, or a fact about them, as `POST /v1/activities` takes it; times RFC 3339, `user` at most 256 bytes. */
export type Activity = {
  /** Idempotency key; a UUIDv7 is made at capture if absent. */
  readonly id?: string
  readonly type: 'login' | 'logout' | 'access' | 'credential-change' | 'context' | 'signal'
  readonly outcome?: 'succeeded' | 'failed' | 'attempted'
  readonly user: string
  readonly session?: string
  readonly device?: string
  /** Whose device it is, where that is known: another person than the user counts as a risk. */
  readonly deviceOwner?: string
  readonly fingerprint?: string
  readonly ip?: string
  readonly userAgent?: string
  readonly headers?: Readonly<Record<string, string>>
  /** When it happened; the moment of capture if absent. */
  readonly time?: string
  readonly action?: {
    readonly type: string
    readonly resource?: string
    readonly sensitivity?: string
    readonly count?: number
  }
  readonly authentication?: { readonly methods: readonly string[] }
  readonly signals?: readonly string[]
  readonly signal?: { readonly code: string; readonly subject?: string; readonly severity?: string }
  readonly network?: Readonly<Record<string, string | number | boolean>>
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

/** What became of one captured activity. */
export type ActivityResult = {
  readonly id: string
  readonly status: 'accepted' | 'duplicate' | 'rejected'
  readonly problem?: Problem
}

/** How an activity was judged. */
export type Assessment = {
  readonly id: string
  readonly activity: string
  readonly user: string
  readonly session?: string
  readonly time: string
  /** 0..100 */
  readonly score: number
  readonly level: 'LOW' | 'MEDIUM' | 'HIGH'
  readonly previousLevel?: 'LOW' | 'MEDIUM' | 'HIGH'
  readonly probability?: number
  readonly decision: 'allow' | 'notify' | 'step-up' | 'deny'
  readonly signals: readonly {
    readonly code: string
    readonly points: number
    readonly evidence?: Readonly<Record<string, unknown>>
  }[]
  readonly reasonUser: Readonly<Record<string, string>>
  readonly reasonAdmin?: string
  readonly [member: string]: unknown
}
