import type { SecondFactorRule } from '@watchword/admission'
import {
  type CompiledPolicy,
  compilePolicy,
  type Policy,
  type PolicyRule,
  type RuleFacts,
  type RuleMatches,
} from '@watchword/risk-engine'
import { type Address, contains, parseNetwork } from './address.ts'
import { enginePolicyOf } from './engine-policy.ts'
import type { PolicyDocument } from './policy-schema.ts'
import { ruleScope } from './rule-scope.ts'
import { type CompiledRule, compileRule } from './rules.ts'
import { secondFactorRulesOf } from './second-factor-rules.ts'

/** A policy document made ready: for the risk engine, and for ingest's look-up of trusted networks. */
export type ReadyPolicy = Readonly<{
  /** As the engine reads it. */
  document: Policy
  /** As people write it, defaults filled in. */
  source: PolicyDocument
  compiled: CompiledPolicy
  /** For `assess`; a rule that cannot be evaluated does not match. */
  ruleMatches: RuleMatches
  /** Names of the rules that cannot be evaluated on these facts, to be told in the assessment. */
  failedRules: (facts: RuleFacts) => readonly string[]
  /** The reason of the trusted network that holds the address at this time (epoch milliseconds), or null. */
  trustedReason: (address: Address, at: number) => string | null
  /** Who needs a second factor to connect. */
  secondFactorRules: readonly SecondFactorRule[]
}>

/** Compiles what `parsePolicy` let through. */
export function compileDocument(source: PolicyDocument): ReadyPolicy {
  const document = enginePolicyOf(source)
  const rules = new Map<PolicyRule, CompiledRule>(document.rules.map((rule) => [rule, compiled(rule)]))
  const outcomes = lastScope()
  return {
    document,
    source,
    compiled: compilePolicy(document),
    ruleMatches: (rule, facts) => rules.get(rule)?.(outcomes(facts)) === 'matches',
    failedRules: (facts) =>
      [...rules].filter(([, evaluate]) => evaluate(outcomes(facts)) === 'failed').map(([rule]) => rule.name),
    trustedReason: trustedLookUp(document),
    secondFactorRules: secondFactorRulesOf(source),
  }
}

function compiled(rule: PolicyRule): CompiledRule {
  const result = compileRule(rule.when)
  if (typeof result === 'string') throw new TypeError('a rule that parsePolicy would refuse')
  return result
}

// All rules of an activity see the same facts: their scope is made once.
function lastScope(): (facts: RuleFacts) => Readonly<Record<string, unknown>> {
  const scopes = new WeakMap<RuleFacts, Readonly<Record<string, unknown>>>()
  return (facts) => {
    const made = scopes.get(facts) ?? ruleScope(facts)
    scopes.set(facts, made)
    return made
  }
}

function trustedLookUp({ trustedNetworks }: Policy): ReadyPolicy['trustedReason'] {
  const networks = trustedNetworks.flatMap(({ cidr, reason, expires }) => {
    const range = parseNetwork(cidr)
    return range === undefined ? [] : [{ range, reason, expiresAt: expires === null ? Infinity : Date.parse(expires) }]
  })
  return (address, at) =>
    networks.find(({ range, expiresAt }) => at < expiresAt && contains(range, address))?.reason ?? null
}
