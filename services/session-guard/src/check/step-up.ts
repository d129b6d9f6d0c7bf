import { mayMatch } from '@watchword/policy'
import { meetsClass } from '@watchword/session-lock'
import type { AppTokenConfig } from './app-token-config.ts'

export type StepUpRule = AppTokenConfig['stepUp'][number]

/** How and when somebody was proven: by a token (`acr`, `auth_time`), or by a window that Watchword has verified. */
export type GivenProof = Readonly<{
  acr: string | undefined
  /** Epoch milliseconds. */
  at: number | undefined
}>

/** The first rule for an address that no proof meets; an address that could be read otherwise has the rules of every reading. */
export function unmetRule(
  rules: readonly StepUpRule[],
  {
    uri,
    proofs,
    now,
    toleranceMs,
  }: Readonly<{ uri: string; proofs: readonly GivenProof[]; now: number; toleranceMs: number }>,
): StepUpRule | undefined {
  const isMet = ({ acr, maxAgeMs }: StepUpRule): boolean =>
    proofs.some(
      (proof) =>
        proof.acr !== undefined &&
        meetsClass(proof.acr, acr) &&
        (maxAgeMs === undefined || isWithin(now - (proof.at ?? Number.NaN), maxAgeMs, toleranceMs)),
    )
  return rules.find((rule) => mayMatch(rule.path, uri) && !isMet(rule))
}

function isWithin(ageMs: number, maxAgeMs: number, toleranceMs: number): boolean {
  return ageMs >= -toleranceMs && ageMs <= maxAgeMs
}
