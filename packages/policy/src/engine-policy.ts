import type { Policy } from '@watchword/risk-engine'
import type { PolicyDocument } from './policy-schema.ts'

/** The document as the risk engine reads it: what is absent is `null`, every rule has a name. */
export function enginePolicyOf(document: PolicyDocument): Policy {
  return {
    profile: document.profile,
    cuts: document.cuts ?? null,
    decisions: document.decisions,
    blockedCountries: document.blockedCountries,
    trustedNetworks: document.trustedNetworks.map((network) => ({
      ...network,
      owner: network.owner ?? null,
      expires: network.expires ?? null,
    })),
    signals: Object.fromEntries(
      Object.entries(document.signals).map(([code, { enabled = true, points = null }]) => [code, { enabled, points }]),
    ),
    rules: document.rules.map((rule, index) => ({
      ...rule,
      name: rule.name ?? `rule-${index + 1}`,
      factors: rule.factors ?? null,
    })),
    enrolment: document.enrolment,
    verification: document.verification,
    failureModes: document.failureModes.map((mode) => ({ ...mode, ttl: mode.ttl ?? null })),
  }
}
