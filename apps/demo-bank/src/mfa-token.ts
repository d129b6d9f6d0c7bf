import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { BankError } from './bank-error.ts'

/** What a token has to be about: a person, one of the locks asked about in a session, and that session where it names one. */
export type Expected = { readonly user: string; readonly session: string; readonly locks: ReadonlySet<string> }

/** Verifies the tokens that prove a passed verification, each once; throws `invalid-token` or `try-again`. */
export type MfaTokens = { readonly verify: (token: string, expected: Expected) => Promise<void> }

type PublicJwk = JsonWebKey & { readonly kid?: string; readonly use?: string }

const clockSkewSeconds = 30

/** A verifier over the platform's published keys: Ed25519 alone, whatever a token says of itself. */
export const createMfaTokens = (
  config: { readonly watchwordUrl: string; readonly app: string; readonly issuer: string },
  deps: { readonly fetch: typeof fetch; readonly now: () => number },
): MfaTokens => {
  let keys: readonly PublicJwk[] = []
  /** Epoch seconds at which each used token ends, by its id. */
  const used = new Map<string, number>()

  const keyOf = async (kid: string): Promise<PublicJwk> => {
    const known = keys.find((key) => key.kid === kid)
    if (known !== undefined) return known
    try {
      const answer = await deps.fetch(new URL('/.well-known/jwks.json', config.watchwordUrl))
      keys = ((await answer.json()) as { readonly keys: readonly PublicJwk[] }).keys
    } catch (cause) {
      throw new BankError('try-again', 'We cannot check your confirmation now. Please try again.', cause)
    }
    return keys.find((key) => key.kid === kid) ?? refuse('unknown key')
  }

  return {
    verify: async (token, expected) => {
      const [head = '', body = '', signature = '', ...rest] = token.split('.')
      if (rest.length > 0 || token.length > 8_192) refuse('not a token')
      const { alg, typ, kid } = readPart(head)
      if (alg !== 'EdDSA' || typ !== 'mfa+jwt' || typeof kid !== 'string') refuse('wrong kind')
      const jwk = await keyOf(String(kid))
      if (jwk.kty !== 'OKP' || jwk['crv'] !== 'Ed25519') refuse('wrong key')
      const key = createPublicKey({ key: jwk, format: 'jwk' })
      const signed = Buffer.from(`${head}.${body}`)
      if (!verify(null, signed, key, Buffer.from(signature, 'base64url'))) refuse('wrong signature')
      const { iss, aud, sub, sid, jti, exp, iat, lock_id: lock } = readPart(body)
      const nowSeconds = deps.now() / 1_000
      const isOurs = iss === config.issuer && aud === config.app && sub === expected.user
      // The token of a verification that ended the session names none.
      const isHere = (sid === undefined || sid === expected.session) && expected.locks.has(String(lock))
      const isTimely =
        typeof exp === 'number' && exp > nowSeconds && typeof iat === 'number' && iat <= nowSeconds + clockSkewSeconds
      if (!isOurs || !isHere) refuse('not for this session')
      if (!isTimely) refuse('too late')
      for (const [id, endsAt] of used) if (endsAt < nowSeconds) used.delete(id)
      if (typeof jti !== 'string' || used.has(jti)) refuse('used before')
      used.set(String(jti), Number(exp))
    },
  }
}

const readPart = (part: string): Readonly<Record<string, unknown>> => {
  try {
    const read: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : refuse('not a token')
  } catch (cause) {
    if (cause instanceof BankError) throw cause
    return refuse('not a token')
  }
}

const refuse = (why: string): never => {
  throw new BankError('invalid-token', `This confirmation is not valid (${why}).`)
}
