import type { Context } from '@watchword/contracts'
import type { FactorKind } from '@watchword/session-lock'
import { deriveBytes, readSigned, signText } from './signed-text.ts'

export const ticketPurposes = ['subscribe', 'challenge', 'enrol'] as const

export type TicketPurpose = (typeof ticketPurposes)[number]

/** What the backend vouched for when it minted a ticket; a capability carries the same on. */
export type TicketClaims = Readonly<{
  id: string
  purpose: TicketPurpose
  tenant: string
  app: string
  user: string
  session: string | null
  context: Context | null
  /** Epoch milliseconds. */
  expiresAt: number
}>

/** What a challenge asks, of whom, until when. */
export type ChallengeClaims = Readonly<{
  id: string
  tenant: string
  app: string
  user: string
  lock: string
  version: number
  factor: FactorKind
  expiresAt: number
}>

/** Whose authenticator a ceremony registers, until when. */
export type RegistrationClaims = Readonly<{
  id: string
  /** Names tenant, app, user and session, in few characters. */
  owner: string
  /** `user.id` of the ceremony, base64url. */
  userHandle: string
  expiresAt: number
}>

/** What an approver is asked to prove, for which authorization and until when. */
export type ApprovalClaims = Readonly<{
  id: string
  tenant: string
  authorization: string
  parametersHash: string
  /** Names the approver, with session and device. */
  approver: string
  factor: 'webauthn' | 'totp'
  expiresAt: number
}>

/** Tickets, capabilities, challenges, registrations and approvals as signed texts; nothing of them is stored. */
export interface ClaimTexts {
  ticket(claims: TicketClaims): string
  capability(claims: TicketClaims): string
  challenge(claims: ChallengeClaims): string
  registration(claims: RegistrationClaims): string
  approvalChallenge(claims: ApprovalClaims): string
  /** Undefined for what is not ours; whoever reads it looks at `expiresAt`. */
  readTicket(text: string): TicketClaims | undefined
  readCapability(text: string): TicketClaims | undefined
  readChallenge(text: string): ChallengeClaims | undefined
  readRegistration(text: string): RegistrationClaims | undefined
  /** What an authenticator has to sign for a challenge: 32 bytes in base64url that nobody else can make of it. */
  nonceOf(challenge: string): string
  /** The name of a user among the passkeys of a device: 32 bytes in base64url that tell nobody who it is (WebAuthn Level 3, 14.6.1). */
  userHandleOf(tenant: string, user: string): string
  readApprovalChallenge(text: string): ApprovalClaims | undefined
}

export function createClaimTexts(key: Uint8Array): ClaimTexts {
  return {
    ticket: (claims) => signText(key, 'wwt', claims),
    capability: (claims) => signText(key, 'wwc', claims),
    // A challenge stands in a path: a short form, and a user id whose quotes JSON would blow up.
    challenge: ({ id, tenant, app, user, lock, version, factor, expiresAt }) =>
      signText(key, 'wwh', [
        id,
        tenant,
        app,
        Buffer.from(user).toString('base64url'),
        lock,
        version,
        factor,
        expiresAt,
      ]),
    registration: (claims) => signText(key, 'wwr', claims),
    readRegistration: (text) => readSigned(key, 'wwr', text) as RegistrationClaims | undefined,
    nonceOf: (challenge) => deriveBytes(key, 'webauthn-challenge', challenge),
    userHandleOf: (tenant, user) => deriveBytes(key, 'webauthn-user', JSON.stringify([tenant, user])),
    approvalChallenge: (claims) => signText(key, 'wwa', claims),
    readApprovalChallenge: (text) => readSigned(key, 'wwa', text) as ApprovalClaims | undefined,
    readTicket: (text) => readSigned(key, 'wwt', text) as TicketClaims | undefined,
    readCapability: (text) => readSigned(key, 'wwc', text) as TicketClaims | undefined,
    readChallenge(text) {
      const fields = readSigned(key, 'wwh', text)
      if (fields === undefined) return undefined
      const [id, tenant, app, user, lock, version, factor, expiresAt] = fields as ChallengeFields
      return {
        id,
        tenant,
        app,
        user: Buffer.from(user, 'base64url').toString('utf8'),
        lock,
        version,
        factor,
        expiresAt,
      }
    },
  }
}

type ChallengeFields = [string, string, string, string, string, number, FactorKind, number]
