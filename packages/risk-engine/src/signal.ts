import type { Activity } from './activity.ts'
import type { Evidence, Signal } from './assessment.ts'
import type { SignalCode } from './catalogue.ts'
import type { CompiledPolicy } from './compiled-policy.ts'
import type { Profile, SessionStart } from './profile.ts'
import type { SessionChange } from './session-change.ts'
import type { Travel } from './travel.ts'

/** All that a signal may look at; made once for each assessment. */
export interface SignalContext {
  readonly activity: Activity
  readonly profile: Profile
  readonly policy: CompiledPolicy
  /** The session's start, if the session has been seen before. */
  readonly session: SessionStart | null
  readonly sessionChange: SessionChange
  /** How often each value was learned; `null`: there is nothing to judge. */
  readonly seen: {
    readonly device: number | null
    readonly fingerprint: number | null
    readonly address: number | null
    readonly country: number | null
  }
  /** What has not changed since the learned or verified start of the session, and so is nothing new. */
  readonly settled: {
    readonly device: boolean
    readonly fingerprint: boolean
    readonly address: boolean
    readonly country: boolean
  }
  readonly travel: Travel
  /** An established device behind a clean address that many share: the country of the address says little. */
  readonly hotspot: boolean
}

/** One family of signals: what it found, in its own fixed order. */
export interface SignalFamily {
  readonly name: string
  readonly evaluate: (context: SignalContext) => readonly Signal[]
}

/** The answer "nothing to say", shared so that it costs nothing. */
export const nothing: readonly Signal[] = []

const noEvidence: Evidence = {}

/** A signal that could not be evaluated; make it once and share it. */
export function unavailable(code: SignalCode): readonly Signal[] {
  return [{ code, points: 0, status: 'unavailable', evidence: noEvidence }]
}

/** One signal as evidence, or nothing if it gives no points. */
export function evidence(code: SignalCode, points: number, facts: Evidence): readonly Signal[] {
  return points === 0 ? nothing : [{ code, points, status: 'evidence', evidence: facts }]
}

/** The points of a tier of a signal under the policy. */
export function pointsOf(context: SignalContext, code: SignalCode, tier: number): number {
  return context.policy.points[code][tier] ?? 0
}
