import { hash } from 'node:crypto'
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { verifySignature } from '@simplewebauthn/server/helpers'
import {
  type AuthenticatorData,
  type Demand,
  faultOfAuthenticatorData,
  readAuthenticatorData,
} from './authenticator-data.ts'
import { faultOfClientData, readClientData } from './client-data.ts'
import type { AssertionJson } from './credential-schemas.ts'
import type { PasskeyRecord } from './passkey-record.ts'
import type { WebAuthnFault } from './webauthn-fault.ts'

/** What an assertion must answer: the challenge, in base64url, from one of these origins. */
export type ExpectedAssertion = Demand & Readonly<{ challenge: string; origins: readonly string[] }>

/** What an assertion says, once it is verified; its counter is for the fold to judge. */
export type VerifiedAssertion =
  | Readonly<{ fault: null; counter: number; backedUp: boolean }>
  | Readonly<{ fault: WebAuthnFault }>

/**
 * Verifies an assertion by the public key of its credential: WebAuthn Level 3, 7.2, all but what is single-use. A fault other than
 * `wrong-signature` and `credential-malformed` is told only of what the authenticator has signed, so nobody without it can report one.
 */
export async function verifyAssertion(
  assertion: AssertionJson,
  record: PasskeyRecord,
  expected: ExpectedAssertion,
): Promise<VerifiedAssertion> {
  const client = readClientData(assertion.response.clientDataJSON)
  const data = readAuthenticatorData(Buffer.from(assertion.response.authenticatorData, 'base64url'))
  if (assertion.id !== assertion.rawId || assertion.type !== 'public-key' || client === undefined || data === undefined)
    return { fault: 'credential-malformed' }
  const fault =
    faultOfClientData(client, { type: 'webauthn.get', ...expected }) ??
    faultOfAuthenticatorData(data, expected, record.backupEligible) ??
    faultOfUser(assertion, record)
  if (fault !== null) return { fault: (await isSigned(assertion, record)) ? fault : 'wrong-signature' }
  return (await isVerified(assertion, record, expected))
    ? { fault: null, counter: data.counter, backedUp: data.flags.bs }
    : { fault: 'wrong-signature' }
}

/** The counter that the authenticator gives, and how it says that the person was there; null for what is no authenticator data. */
export function saidBy(assertion: AssertionJson): Pick<AuthenticatorData, 'counter' | 'flags'> | null {
  return readAuthenticatorData(Buffer.from(assertion.response.authenticatorData, 'base64url')) ?? null
}

// A credential that is bound to no account of its own (U2F) says no user.
function faultOfUser({ response }: AssertionJson, { userHandle }: PasskeyRecord): WebAuthnFault | null {
  const said = response.userHandle ?? ''
  return said === '' || said === userHandle ? null : 'wrong-user'
}

async function isSigned({ response }: AssertionJson, record: PasskeyRecord): Promise<boolean> {
  const clientHash = hash('sha256', Buffer.from(response.clientDataJSON, 'base64url'), 'buffer')
  try {
    return await verifySignature({
      signature: bytesOf(response.signature),
      data: Uint8Array.from(Buffer.concat([Buffer.from(response.authenticatorData, 'base64url'), clientHash])),
      credentialPublicKey: bytesOf(record.publicKey),
    })
  } catch {
    // A signature of another form than the key's is none.
    return false
  }
}

async function isVerified(
  assertion: AssertionJson,
  record: PasskeyRecord,
  expected: ExpectedAssertion,
): Promise<boolean> {
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id: assertion.id,
        rawId: assertion.rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: assertion.response.clientDataJSON,
          authenticatorData: assertion.response.authenticatorData,
          signature: assertion.response.signature,
        },
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: [...expected.origins],
      expectedRPID: expected.rpId,
      requireUserVerification: expected.userVerification === 'required',
      // The fold compares the counter with the one it has, in the order of the log.
      credential: { id: record.credential, publicKey: bytesOf(record.publicKey), counter: 0 },
    })
    return verified
  } catch {
    // Its messages quote what came in, and say no more than the steps above.
    return false
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64url'))
}
