import type { RequestOptionsJson } from './credential-schemas.ts'
import type { GuardParts } from '../../guard-parts.ts'
import { answerablePasskeys, type Passkey } from './passkeys.ts'
import { type RelyingParty, relyingPartyOf } from './relying-party.ts'

/** What a page gives `navigator.credentials.get()`: these passkeys and no other may answer. */
export function requestOptions(
  { rpId }: Pick<RelyingParty, 'rpId'>,
  passkeys: readonly Passkey[],
  terms: Readonly<{ challenge: string; timeoutMs: number; userVerification: 'required' | 'preferred' }>,
): RequestOptionsJson {
  const { challenge, timeoutMs, userVerification } = terms
  return { challenge, timeout: timeoutMs, rpId, allowCredentials: passkeys.map(descriptorOf), userVerification }
}

/** The same for the passkeys of a user. The challenge is made of all that its text says: it answers this one and nothing else. */
export function requestOptionsOf(
  parts: Pick<GuardParts, 'access' | 'policies' | 'texts' | 'view' | 'sealer' | 'logger'>,
  { tenant, app, user }: Readonly<{ tenant: string; app: string; user: string }>,
  challenge: string,
  timeoutMs: number,
): RequestOptionsJson {
  const { access, policies, texts } = parts
  const relyingParty = relyingPartyOf(access.appOf(tenant, app))
  const passkeys = answerablePasskeys(parts, { tenant, user }, relyingParty.rpId)
  const { userVerification } = policies.inForce(tenant).source.verification
  return requestOptions(relyingParty, passkeys, { challenge: texts.nonceOf(challenge), timeoutMs, userVerification })
}

/** How a ceremony names a passkey. */
export function descriptorOf({ record }: Passkey): RequestOptionsJson['allowCredentials'][number] {
  const { credential, transports } = record
  return { id: credential, type: 'public-key', ...(transports.length === 0 ? {} : { transports: [...transports] }) }
}
