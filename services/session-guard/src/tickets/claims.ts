import type { Context } from '@watchword/contracts'
import { readSigned, signText } from './signed-text.ts'

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
  factor: 'totp'
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
  factor: 'totp'
  expiresAt: number
}>

/** Tickets, capabilities and challenges as signed texts; nothing of them is stored. */
export interface ClaimTexts {
  ticket(claims: TicketClaims): string
  capability(claims: TicketClaims): string
  challenge(claims: ChallengeClaims): string
  approvalChallenge(claims: ApprovalClaims): string
  /** Undefined for what is not ours; whoever reads it looks at `expiresAt`. */
  readTicket(text: string): TicketClaims | undefined
  readCapability(text: string): TicketClaims | undefined
  readChallenge(text: string): ChallengeClaims | undefined
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

type ChallengeFields = [string, string, string, string, string, number, 'totp', number]
