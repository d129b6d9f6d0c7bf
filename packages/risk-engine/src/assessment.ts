import type { Grounds } from './grounds.ts'
import type { Decision, Level } from './level.ts'
import type { Verification } from './policy.ts'

/** The facts a signal was read from. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>

/** One line of the explanation; `unavailable` means it could not be evaluated and gave no points. */
export interface Signal {
  readonly code: string
  readonly points: number
  readonly status: 'evidence' | 'unavailable'
  readonly evidence: Evidence
}

/** What a step-up or a deny closes, and what opens it again. */
export interface LockDemand {
  readonly scope: 'session' | 'device' | 'user'
  /** The session or device id; `null` for the whole user. */
  readonly subject: string | null
  /** Kinds of factor that the matching rule asks for; `null`: any active one. */
  readonly factors: readonly string[] | null
  readonly verification: Verification
  readonly grounds: Grounds
}

/** The judgement of one activity. Plain JSON. */
export interface Assessment {
  /** 0..100: the sum of the signals' points, clamped. */
  readonly score: number
  readonly level: Level
  readonly previousLevel: Level
  /** Chance of an attack by a fixed curve over the score; not fitted to observed verdicts. */
  readonly probability: number
  readonly decision: Decision
  readonly signals: readonly Signal[]
  readonly reasonUser: { readonly en: string }
  /** Every signal with its points, in the order of the signal table: `ip.unknown+20 country.unknown+20`. */
  readonly reasonAdmin: string
  /** At least one login had been learned before this activity. */
  readonly trained: boolean
  /** Name of the policy rule that made the decision. */
  readonly rule: string | null
  /** Set exactly when the decision is `step-up` or `deny`. */
  readonly lock: LockDemand | null
}
