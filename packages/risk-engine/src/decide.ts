import type { Activity } from './activity.ts'
import type { Signal } from './assessment.ts'
import type { Decision, Level } from './level.ts'
import { signalCatalogue } from './catalogue.ts'
import type { SignalDescription } from './catalogue.ts'
import type { CompiledPolicy } from './compiled-policy.ts'
import type { PolicyRule } from './policy.ts'
import { isVerifiedByApp } from './second-factor.ts'

/** What a rule of the policy may look at, next to the activity. */
export interface RuleFacts {
  readonly activity: Activity
  readonly score: number
  readonly level: Level
  readonly previousLevel: Level
  readonly trained: boolean
  readonly signals: readonly Signal[]
}

/** Evaluates the `when` of a rule; must be pure. */
export type RuleMatches = (rule: PolicyRule, facts: RuleFacts) => boolean

const strength: Readonly<Record<Decision, number>> = { allow: 0, notify: 1, 'step-up': 2, deny: 3 }

/** The decision and the rule that made it. */
export interface Verdict {
  readonly decision: Decision
  readonly rule: PolicyRule | null
}

/**
 * Decides in this order: the level (at most notify of a late activity below HIGH), the first rule that matches, a user without history
 * (at least step-up, or allow to enrol a first factor), the limit of failed activities, and last the app's own second factor, which satisfies all but a deny.
 */
export function decide(facts: RuleFacts, policy: CompiledPolicy, activeFactors: number, matches: RuleMatches): Verdict {
  const { activity } = facts
  const rule = policy.policy.rules.find((candidate) => matches(candidate, facts)) ?? null
  const judged = rule?.then ?? byLevel(facts, policy)
  const trained = facts.trained ? judged : untrained(facts, policy, activeFactors, judged, rule)
  const limited = limit(facts, trained)
  return { decision: limited !== 'deny' && isVerifiedByApp(activity) ? 'allow' : limited, rule }
}

// Who calls an activity late chooses the time in it: that may soften the level, and nothing that a rule or the want of history asks for.
function byLevel({ activity, level }: RuleFacts, policy: CompiledPolicy): Decision {
  const decision = policy.policy.decisions[level]
  return activity.late && level !== 'HIGH' ? weaker(decision, 'notify') : decision
}

function untrained(
  facts: RuleFacts,
  policy: CompiledPolicy,
  activeFactors: number,
  judged: Decision,
  rule: PolicyRule | null,
): Decision {
  if (facts.activity.type === 'logout') return judged
  const mayEnrol = activeFactors === 0 && policy.policy.enrolment !== 'never' && !facts.signals.some(refusesEnrolment)
  if (!mayEnrol) return stronger(judged, 'step-up')
  return rule === null ? 'allow' : judged
}

// Nobody was let in by a failed login: a stranger must not be able to lock somebody else out.
function limit({ activity }: RuleFacts, decision: Decision): Decision {
  return activity.outcome === 'failed' ? weaker(decision, 'notify') : decision
}

function refusesEnrolment(signal: Signal): boolean {
  if (signal.points === 0) return false
  const catalogue: Readonly<Record<string, SignalDescription>> = signalCatalogue
  return catalogue[signal.code]?.refusesEnrolment ?? false
}

function stronger(first: Decision, second: Decision): Decision {
  return strength[first] >= strength[second] ? first : second
}

function weaker(first: Decision, second: Decision): Decision {
  return strength[first] <= strength[second] ? first : second
}
