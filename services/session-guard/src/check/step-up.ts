import { mayMatch } from '@watchword/policy'
import { problem, type ProblemError } from '@watchword/service-kit'
import { meetsClass } from '@watchword/session-lock'
import type { AppTokenConfig } from './app-token-config.ts'
import { quoted } from './challenge-parameters.ts'

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

/** The challenge of RFC 9470 that says what a rule asks for. */
export function stepUpAsked({ acr, maxAgeMs }: StepUpRule): ProblemError {
  const parameters = {
    error: 'insufficient_user_authentication',
    acr_values: acr.join(' '),
    ...(maxAgeMs === undefined ? {} : { max_age: String(Math.floor(maxAgeMs / 1000)) }),
  }
  return problem('insufficient-user-authentication', {
    headers: { 'www-authenticate': `Bearer ${quoted(parameters)}` },
  })
}
