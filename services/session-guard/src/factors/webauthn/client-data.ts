import { decodeClientDataJSON } from '@simplewebauthn/server/helpers'
import type { WebAuthnFault } from './webauthn-fault.ts'

/** What a ceremony must have been for. */
export type Ceremony = Readonly<{
  type: 'webauthn.create' | 'webauthn.get'
  challenge: string
  origins: readonly string[]
}>

/** What the browser says of the ceremony (WebAuthn Level 3, 5.8.1), as far as it is looked at. */
export type ClientData = Readonly<{ type: unknown; challenge: unknown; origin: unknown; isFramed: boolean }>

/** Reads `clientDataJSON`, base64url; undefined for what is no JSON object. */
export function readClientData(text: string): ClientData | undefined {
  try {
    const data: unknown = decodeClientDataJSON(text)
    if (typeof data !== 'object' || data === null) return undefined
    const { type, challenge, origin, crossOrigin, topOrigin } = data as Readonly<Record<string, unknown>>
    return { type, challenge, origin, isFramed: (crossOrigin ?? false) !== false || topOrigin !== undefined }
  } catch {
    // Whatever it is, no browser wrote it.
    return undefined
  }
}

/** What is wrong with it, or null; origins are compared as they stand. */
export function faultOfClientData(data: ClientData, { type, challenge, origins }: Ceremony): WebAuthnFault | null {
  if (data.type !== type) return 'wrong-type'
  if (data.challenge !== challenge) return 'wrong-challenge'
  if (typeof data.origin !== 'string' || !origins.includes(data.origin)) return 'wrong-origin'
  // A page of ours in the frame of another is what a click is stolen from.
  return data.isFramed ? 'cross-origin' : null
}
