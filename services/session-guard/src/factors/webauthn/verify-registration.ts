import { verifyRegistrationResponse } from '@simplewebauthn/server'
import { COSEALG, cose, decodeAttestationObject, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'
import { type Demand, faultOfAuthenticatorData, readAuthenticatorData } from './authenticator-data.ts'
import { faultOfClientData, readClientData } from './client-data.ts'
import type { RegistrationJson } from './credential-schemas.ts'
import type { PasskeyRecord } from './passkey-record.ts'
import type { WebAuthnFault } from './webauthn-fault.ts'

/** COSE algorithms that a key may have, the preferred one first: Ed25519, ES256, RS256. */
export const passkeyAlgorithms: readonly number[] = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256]

/** What a registration must answer, and for whom it is. */
export type ExpectedRegistration = Demand &
  Readonly<{ challenge: string; origins: readonly string[]; userHandle: string }>

export type VerifiedRegistration =
  | Readonly<{ fault: null; record: PasskeyRecord; counter: number; backedUp: boolean }>
  | Readonly<{ fault: WebAuthnFault }>

/** Verifies a registration: WebAuthn Level 3, 7.1, all but what is single-use. Nothing is made of an attestation, for none is asked for. */
export async function verifyRegistration(
  registration: RegistrationJson,
  expected: ExpectedRegistration,
): Promise<VerifiedRegistration> {
  const client = readClientData(registration.response.clientDataJSON)
  const attested = readAttestation(registration.response.attestationObject)
  const isPublicKey = registration.type === 'public-key' && registration.id === registration.rawId
  if (!isPublicKey || client === undefined || attested === undefined) return { fault: 'credential-malformed' }
  const fault =
    faultOfClientData(client, { type: 'webauthn.create', ...expected }) ??
    faultOfAuthenticatorData(attested.data, expected, null) ??
    attested.fault
  if (fault !== null) return { fault }
  if (!(await isVerified(registration, expected))) return { fault: 'wrong-signature' }
  const { credential, publicKey, data } = attested
  if (credential !== registration.id) return { fault: 'credential-malformed' }
  const { rpId, userHandle } = expected
  const transports = registration.response.transports ?? []
  const record = { credential, publicKey, rpId, userHandle, transports, backupEligible: data.flags.be }
  return { fault: null, record, counter: data.counter, backedUp: data.flags.bs }
}

type Attested = Readonly<{
  data: NonNullable<ReturnType<typeof readAuthenticatorData>>
  credential: string
  publicKey: string
  fault: WebAuthnFault | null
}>

function readAttestation(text: string): Attested | undefined {
  try {
    const decoded = decodeAttestationObject(Uint8Array.from(Buffer.from(text, 'base64url')))
    const data = readAuthenticatorData(decoded.get('authData'))
    if (data?.credentialID === undefined || data.credentialPublicKey === undefined) return undefined
    const algorithm = decodeCredentialPublicKey(data.credentialPublicKey).get(cose.COSEKEYS.alg)
    const isKnown = typeof algorithm === 'number' && passkeyAlgorithms.includes(algorithm)
    const credential = Buffer.from(data.credentialID).toString('base64url')
    const publicKey = Buffer.from(data.credentialPublicKey).toString('base64url')
    const fault = isPlain(decoded.get('fmt'), decoded.get('attStmt')) ? null : 'attestation-not-asked'
    return { data, credential, publicKey, fault: isKnown ? fault : 'wrong-algorithm' }
  } catch {
    // Whatever it is, no authenticator wrote it.
    return undefined
  }
}

// A browser leaves nothing else of what was not asked for (WebAuthn Level 3, 5.1.3): a chain of certificates would have to be fetched for and judged.
function isPlain(format: string, statement: Readonly<{ get: (name: 'x5c') => unknown }>): boolean {
  return format === 'none' || (format === 'packed' && statement.get('x5c') === undefined)
}

async function isVerified(registration: RegistrationJson, expected: ExpectedRegistration): Promise<boolean> {
  const { clientDataJSON, attestationObject } = registration.response
  try {
    const { verified } = await verifyRegistrationResponse({
      response: {
        id: registration.id,
        rawId: registration.rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: [...expected.origins],
      expectedRPID: expected.rpId,
      requireUserVerification: expected.userVerification === 'required',
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    })
    return verified
  } catch {
    // Its messages quote what came in, and say no more than the steps above.
    return false
  }
}
