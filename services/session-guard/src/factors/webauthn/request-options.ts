import type { RequestOptionsJson } from './credential-schemas.ts'
import type { Passkey } from './passkeys.ts'
import type { RelyingParty } from './relying-party.ts'

/** What a page gives `navigator.credentials.get()`: these passkeys and no other may answer. */
export function requestOptions(
  { rpId }: Pick<RelyingParty, 'rpId'>,
  passkeys: readonly Passkey[],
  terms: Readonly<{ challenge: string; timeoutMs: number; userVerification: 'required' | 'preferred' }>,
): RequestOptionsJson {
  const { challenge, timeoutMs, userVerification } = terms
  return { challenge, timeout: timeoutMs, rpId, allowCredentials: passkeys.map(descriptorOf), userVerification }
}

/** How a ceremony names a passkey. */
export function descriptorOf({ record }: Passkey): RequestOptionsJson['allowCredentials'][number] {
  const { credential, transports } = record
  return { id: credential, type: 'public-key', ...(transports.length === 0 ? {} : { transports: [...transports] }) }
}
