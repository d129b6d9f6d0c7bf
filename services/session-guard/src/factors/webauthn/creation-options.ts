import type { CreationOptionsJson } from './credential-schemas.ts'
import type { Passkey } from './passkeys.ts'
import type { RelyingParty } from './relying-party.ts'
import { descriptorOf } from './request-options.ts'
import { passkeyAlgorithms } from './verify-registration.ts'

/** What a page gives `navigator.credentials.create()`: any authenticator but those that the user has here already, and no attestation. */
export function creationOptions(
  { rpId, name }: RelyingParty,
  known: readonly Passkey[],
  terms: Readonly<{
    user: string
    userHandle: string
    challenge: string
    timeoutMs: number
    userVerification: 'required' | 'preferred'
  }>,
): CreationOptionsJson {
  const { user, userHandle, challenge, timeoutMs, userVerification } = terms
  return {
    rp: { id: rpId, name },
    user: { id: userHandle, name: user, displayName: user },
    challenge,
    pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: timeoutMs,
    excludeCredentials: known.map(descriptorOf),
    // A passkey where the device keeps one; a roaming key that has no room for it is as good a second factor.
    authenticatorSelection: { residentKey: 'preferred', requireResidentKey: false, userVerification },
    attestation: 'none',
  }
}
