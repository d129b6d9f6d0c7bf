import type { Activity } from './activity.ts'
import type { Assessment, Signal } from './assessment.ts'
import type { Level } from './level.ts'
import { signalCatalogue, softPointsMax } from './catalogue.ts'
import type { SignalDescription } from './catalogue.ts'
import type { CompiledPolicy } from './compiled-policy.ts'
import { decide } from './decide.ts'
import type { RuleMatches } from './decide.ts'
import { groundsOf } from './grounds.ts'
import { lockDemand } from './lock-demand.ts'
import { probabilityOf } from './probability.ts'
import type { Profile } from './profile.ts'
import { adminReason, userReason } from './reasons.ts'
import { createSignalContext } from './signal-context.ts'
import { signalTable } from './signals/signal-table.ts'

/** The version of the rules in this package; an assessment names it. */
export const engineVersion = '1.0.0'

const catalogue: Readonly<Record<string, SignalDescription>> = signalCatalogue

/**
 * Judges an activity by the state before it. The score is the clamped sum of the points, nothing else. Pure; changes nothing.
 * `ruleMatches` evaluates the rules of the policy; by default none matches.
 */
export function assess(
  activity: Activity,
  profile: Profile,
  policy: CompiledPolicy,
  ruleMatches: RuleMatches = noRuleMatches,
): Assessment {
  const signals = evaluate(activity, profile, policy)
  let total = 0
  for (const signal of signals) total += signal.points
  const score = Math.min(100, Math.max(0, total))
  const level = levelOf(score, policy)
  const { previousLevel } = profile
  const trained = profile.loginsLearned > 0
  const facts = { activity, score, level, previousLevel, trained, signals }
  const { decision, rule } = decide(facts, policy, profile.activeFactors, ruleMatches)
  const closes = decision === 'step-up' || decision === 'deny'
  return {
    score,
    level,
    previousLevel,
    probability: probabilityOf(score),
    decision,
    signals,
    reasonUser: userReason(signals, trained),
    reasonAdmin: adminReason(signals),
    trained,
    rule: rule === null ? null : rule.name,
    lock: closes ? lockDemand(activity, policy.policy, rule?.factors ?? null, groundsOf(activity, profile)) : null,
  }
}

function evaluate(activity: Activity, profile: Profile, policy: CompiledPolicy): readonly Signal[] {
  const context = createSignalContext(activity, profile, policy)
  const signals: Signal[] = []
  let softLeft = softPointsMax
  for (const family of signalTable) {
    for (const signal of family.evaluate(context)) {
      if (catalogue[signal.code]?.class !== 'soft') {
        signals.push(signal)
        continue
      }
      const points = Math.min(signal.points, softLeft)
      softLeft -= points
      signals.push(points === signal.points ? signal : { ...signal, points })
    }
  }
  return signals
}

function levelOf(score: number, policy: CompiledPolicy): Level {
  if (score >= policy.cuts.high) return 'HIGH'
  return score >= policy.cuts.medium ? 'MEDIUM' : 'LOW'
}

function noRuleMatches(): boolean {
  return false
}
