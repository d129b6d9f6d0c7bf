import { hash } from 'node:crypto'
import { parseAuthenticatorData } from '@simplewebauthn/server/helpers'
import type { WebAuthnFault } from './webauthn-fault.ts'

/** What the authenticator says (WebAuthn Level 3, 6.1). */
export type AuthenticatorData = ReturnType<typeof parseAuthenticatorData>

/** What the relying party asks of the authenticator. */
export type Demand = Readonly<{ rpId: string; userVerification: 'required' | 'preferred' }>

/** Reads authenticator data; undefined for what is none. */
export function readAuthenticatorData(bytes: Uint8Array): AuthenticatorData | undefined {
  try {
    return parseAuthenticatorData(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}

/** What is wrong with it, or null; `backupEligible` is what was said at the registration, null at the registration itself. */
export function faultOfAuthenticatorData(
  { rpIdHash, flags }: AuthenticatorData,
  { rpId, userVerification }: Demand,
  backupEligible: boolean | null,
): WebAuthnFault | null {
  if (Buffer.compare(rpIdHash, hash('sha256', rpId, 'buffer')) !== 0) return 'wrong-rp'
  if (!flags.up) return 'user-absent'
  if (userVerification === 'required' && !flags.uv) return 'user-not-verified'
  if (flags.bs && !flags.be) return 'wrong-backup-state'
  return backupEligible !== null && flags.be !== backupEligible ? 'wrong-backup-state' : null
}
