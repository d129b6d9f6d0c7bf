import type { Factor, Lock } from '@watchword/contracts'
import type { FactorAnswer } from '../factors/opened-factors.ts'
import { recoveryAnswerOf } from '../factors/recovery/recovery-answer.ts'
import { totpAnswerOf } from '../factors/totp-answer.ts'
import { webauthnAnswerOf } from '../factors/webauthn/webauthn-answer.ts'
import type { GuardParts } from '../guard-parts.ts'
import type { ChallengeClaims } from '../tickets/claims.ts'
import type { Given } from './given-answer.ts'

type Parts = Pick<GuardParts, 'access' | 'clock' | 'logger' | 'metrics' | 'policies' | 'sealer' | 'texts' | 'view'>

/** What an answer to a challenge is worth, as far as that can be said without the log; throws where no answer could be. */
export async function factorAnswerOf(
  parts: Parts,
  claims: Pick<ChallengeClaims, 'tenant' | 'app' | 'user'>,
  { challenge, given, lock }: Readonly<{ challenge: string; given: Given; lock: Lock | undefined }>,
): Promise<FactorAnswer> {
  const { policies, texts, view } = parts
  const { tenant, user } = claims
  if (given.factor === 'webauthn') return webauthnAnswerOf(parts, claims, given.assertion, texts.nonceOf(challenge))
  const factors = (view.factorState(tenant, user)?.factors ?? []).filter(isActive(given.factor))
  if (given.factor === 'recovery-code') return recoveryAnswerOf(parts, { tenant, user }, factors, given.code)
  const pastSteps = lock?.policy.totpPastSteps ?? policies.inForce(tenant).source.verification.totpPastSteps
  return totpAnswerOf(parts, { tenant, user }, factors, given.code, pastSteps)
}

function isActive(kind: Given['factor']): (factor: Factor) => boolean {
  return (factor) => factor.kind === kind && factor.status === 'active'
}
