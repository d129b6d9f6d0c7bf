import { fromBase64url, toBase64url } from './base64url.ts'

/** Whether this page can ask for a passkey: WebAuthn is for secure contexts alone. */
export const hasPasskeys = (): boolean => isSecureContext && typeof PublicKeyCredential === 'function'

/** Asks the person for a passkey: options and answer as WebAuthn Level 3 writes them in JSON. Rejects like `navigator.credentials.get`. */
export type RequestAssertion = (options: unknown, signal: AbortSignal) => Promise<unknown>

export const requestAssertion: RequestAssertion = async (options, signal) => {
  const publicKey = parse(options as PublicKeyCredentialRequestOptionsJSON)
  const credential = await navigator.credentials.get({ publicKey, signal })
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('no passkey was given', 'NotAllowedError')
  return (credential as { toJSON?: () => unknown }).toJSON?.() ?? assertionJson(credential)
}

type ParseOptions = (options: PublicKeyCredentialRequestOptionsJSON) => PublicKeyCredentialRequestOptions

const parse: ParseOptions = (options) => {
  // Safari before 18.4 and Firefox before 119 have neither this nor toJSON.
  const known = PublicKeyCredential as { parseRequestOptionsFromJSON?: ParseOptions }
  if (known.parseRequestOptionsFromJSON !== undefined) return known.parseRequestOptionsFromJSON(options)
  const { challenge, allowCredentials = [], extensions: _, ...same } = options
  return {
    ...(same as Omit<PublicKeyCredentialRequestOptions, 'challenge'>),
    challenge: fromBase64url(challenge),
    allowCredentials: allowCredentials.map(
      (one) => ({ ...one, id: fromBase64url(one.id) }) as PublicKeyCredentialDescriptor,
    ),
  }
}

const assertionJson = (credential: PublicKeyCredential): object => {
  const { clientDataJSON, authenticatorData, signature, userHandle } =
    credential.response as AuthenticatorAssertionResponse
  return {
    id: credential.id,
    rawId: toBase64url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: {},
    response: {
      clientDataJSON: toBase64url(clientDataJSON),
      authenticatorData: toBase64url(authenticatorData),
      signature: toBase64url(signature),
      userHandle: userHandle === null ? undefined : toBase64url(userHandle),
    },
  }
}
