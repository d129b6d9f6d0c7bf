import { createHmac, timingSafeEqual } from 'node:crypto'

/** What the link of a "was this you?" lets its holder do: answer for one assessment of one user, once. */
export type ReportClaims = Readonly<{
  tenant: string
  app: string
  user: string
  /** Id of the assessment. */
  assessment: string
  /** Names the ticket: the same in each copy of a mail; whoever consumes it takes it once. */
  jti: string
  /** Last moment that it is good, seconds since the epoch as `exp` of RFC 7519. */
  exp: number
}>

export type VerifiedReportTicket =
  | Readonly<{ ok: true; claims: ReportClaims }>
  | Readonly<{ ok: false; why: 'not-ours' | 'expired' }>

/** Bytes of the key that signs report tickets. */
export const reportKeyBytes = 32

/** Longer ones are neither made nor read, characters: what is longer is no link that mail programs keep whole. */
const lengthMax = 1_800

const form = /^wwp_([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/

/**
 * `wwp_<claims>.<mac>`, base64url of JSON and of HMAC-SHA-256: good in a link as it is, and the same for the same claims. Undefined for claims that are too
 * long for a link.
 */
export function mintReportTicket(key: Uint8Array, claims: ReportClaims): string | undefined {
  const { tenant, app, user, assessment, jti, exp } = claims
  const body = Buffer.from(JSON.stringify([tenant, app, user, assessment, jti, exp])).toString('base64url')
  const ticket = `wwp_${body}.${macOf(key, body).toString('base64url')}`
  return ticket.length > lengthMax ? undefined : ticket
}

/**
 * What a ticket says, if one of the keys signed it and it is good at `now`, epoch milliseconds. That it is used once is up to whoever consumes it. Several keys
 * while one replaces the other.
 */
export function verifyReportTicket(keys: readonly Uint8Array[], ticket: string, now: number): VerifiedReportTicket {
  const [, body, mac] = (ticket.length <= lengthMax && form.exec(ticket)) || []
  if (body === undefined || mac === undefined) return { ok: false, why: 'not-ours' }
  const given = Buffer.from(mac, 'base64url')
  // Each text has one form: bits that base64url would drop make another one.
  const isOurs = given.toString('base64url') === mac && keys.some((key) => timingSafeEqual(given, macOf(key, body)))
  if (!isOurs) return { ok: false, why: 'not-ours' }
  const [tenant, app, user, assessment, jti, exp] = JSON.parse(Buffer.from(body, 'base64url').toString()) as Fields
  if (now >= (exp + 1) * 1_000) return { ok: false, why: 'expired' }
  return { ok: true, claims: { tenant, app, user, assessment, jti, exp } }
}

type Fields = [tenant: string, app: string, user: string, assessment: string, jti: string, exp: number]

function macOf(key: Uint8Array, body: string): Buffer {
  return createHmac('sha256', key).update(`watchword-report-ticket-v1\n${body}`).digest()
}
