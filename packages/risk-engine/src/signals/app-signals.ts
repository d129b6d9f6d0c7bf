import type { Signal } from '../assessment.ts'
import { signalCatalogue } from '../catalogue.ts'
import type { SignalCode } from '../catalogue.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { nothing } from '../signal.ts'

/** How many codes of one activity are listened to. */
const codesMax = 16

/** What the app's own detectors and other systems reported; a code is counted once, one of the engine's own codes is not taken from outside. */
export const appSignals: SignalFamily = { name: 'app', evaluate: evaluateReported }

function evaluateReported(context: SignalContext): readonly Signal[] {
  const { signals, signal } = context.activity
  if (signals.length === 0 && signal === null) return nothing
  const found: Signal[] = []
  if (signal !== null) report(context, found, signal.code, tierOf(signal.severity), signal.subject)
  for (const code of signals) {
    if (found.length >= codesMax) break
    report(context, found, code, 0, null)
  }
  return found
}

function report(context: SignalContext, found: Signal[], code: string, tier: number, subject: string | null): void {
  if (found.some((other) => other.code === code)) return
  const points = reportedPoints(context, code, tier)
  if (points === null) return
  found.push({ code, points, status: 'evidence', evidence: subject === null ? {} : { subject } })
}

function reportedPoints(context: SignalContext, code: string, tier: number): number | null {
  if (!isCatalogued(code)) return context.policy.appPoints.get(code) ?? 0
  if (signalCatalogue[code].source === 'engine') return null
  const tiers = context.policy.points[code]
  return tiers[Math.min(tier, tiers.length - 1)] ?? 0
}

function isCatalogued(code: string): code is SignalCode {
  return Object.hasOwn(signalCatalogue, code)
}

function tierOf(severity: string | null): number {
  if (severity === 'medium') return 1
  return severity === 'low' ? 2 : 0
}
