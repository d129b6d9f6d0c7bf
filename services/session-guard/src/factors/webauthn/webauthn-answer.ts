import type { GuardParts } from '../../guard-parts.ts'
import type { Owner } from '../../lock-stage/lock-record.ts'
import type { FactorAnswer } from '../opened-factors.ts'
import type { AssertionJson } from './credential-schemas.ts'
import { answerablePasskeys } from './passkeys.ts'
import { relyingPartyOf } from './relying-party.ts'
import { verifyAssertion } from './verify-assertion.ts'
import type { WebAuthnFault } from './webauthn-fault.ts'

type Parts = Pick<GuardParts, 'access' | 'sealer' | 'logger' | 'view' | 'policies' | 'metrics'>

/**
 * What an assertion is worth to the fold: the passkey that signed it and its counter, or why it does not count. Throws `no-factor`,
 * `unavailable` or `conflict` where no assertion could be answered.
 */
export async function webauthnAnswerOf(
  parts: Parts,
  { tenant, user, app }: Owner & Readonly<{ app: string }>,
  assertion: AssertionJson,
  challenge: string,
): Promise<FactorAnswer> {
  const { access, policies } = parts
  const { rpId, origins } = relyingPartyOf(access.appOf(tenant, app))
  const passkeys = answerablePasskeys(parts, { tenant, user }, rpId)
  const passkey = passkeys.find(({ record }) => record.credential === assertion.id)
  // Somebody else's passkey answers for nobody here, though an attempt of this user is spent.
  if (passkey === undefined) return refused(parts, passkeys[0].factor, 'credential-unknown')
  const { factor, record } = passkey
  const { userVerification } = policies.inForce(tenant).source.verification
  const verified = await verifyAssertion(assertion, record, { challenge, origins, rpId, userVerification })
  if (verified.fault !== null) return refused(parts, factor, verified.fault)
  return { factor, passed: true, step: verified.counter, backedUp: verified.backedUp, fault: null }
}

function refused({ logger, metrics }: Parts, factor: FactorAnswer['factor'], fault: WebAuthnFault): FactorAnswer {
  metrics.webauthnRefused('assertion', fault)
  logger.warn({ factor: factor.id, fault }, 'an assertion was refused')
  return { factor, passed: false, step: null, backedUp: null, fault }
}
