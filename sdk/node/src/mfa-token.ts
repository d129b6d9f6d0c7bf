import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { readPlainToken } from '@watchword/plain-token'
import { canonicalUser, exactNames, type UserNames } from '@watchword/user-names'
import { nodeRuntime, type Runtime } from './runtime.ts'
import type { Subject } from './status.ts'
import { keyOf } from './verified-memory.ts'
import { WatchwordError } from './watchword-error.ts'

/** Where the proofs come from and whom they are for. */
export type MfaTokenVerifierConfig = {
  /** Base address of the platform, whose keys are at `/.well-known/jwks.json`. */
  readonly url: string
  /** The id of the app, `aud` of the token. */
  readonly app: string
  /** `iss` of the token, the platform's `guard.issuer`; `urn:watchword:session-guard` by default. */
  readonly issuer?: string
  /** How the platform reads the names of users, where it does not take them as they are. */
  readonly userNames?: UserNames
}

/** What a proof has to be about: a person, one of the locks that this session was asked about, and the session where the proof names one. */
export type ExpectedProof = {
  readonly user: string
  readonly session: string
  readonly locks: ReadonlySet<string>
}

/** A verification that passed. */
export type MfaProof = {
  /** Of this one verification. */
  readonly id: string
  readonly user: string
  /** Null when the verification ended the session. */
  readonly session: string | null
  readonly lock: string
  /** RFC 8176 values. */
  readonly amr: readonly string[]
  readonly acr: string
  readonly verifiedAt: Date
}

/** Verifies mfaTokens. */
export type MfaTokenVerifier = {
  /** Takes each proof once, and none that is older than one taken for the same person and session. Rejects with `invalid-token`, or `keys-unavailable` (retryable) while the platform's keys cannot be had. */
  readonly verify: (token: string, expected: ExpectedProof) => Promise<MfaProof>
}

const defaultIssuer = 'urn:watchword:session-guard'
const keysWithinMs = 5_000
/** As long as the platform says: a key that it no longer publishes is worth nothing after that. */
const keysCachedMs = 300_000
const clockSkewSeconds = 30
const tokenLengthMax = 8_192

/** A verifier over the platform's published keys: EdDSA alone, whatever a token says of itself. What was used is known to this process. */
export const createMfaTokenVerifier = (
  config: MfaTokenVerifierConfig,
  deps: Partial<Pick<Runtime, 'fetch' | 'now'>> = {},
): MfaTokenVerifier => {
  const { fetch, now } = nodeRuntime(deps)
  const keys = platformKeys(config.url, fetch)
  const { userNames: names = exactNames } = config
  /** Epoch seconds at which each used token ends, by its id. */
  const used = new Map<string, number>()
  /** The last proof of each session, for as long as an older one could be good. */
  const latest = new Map<string, { readonly at: number; readonly endsAt: number }>()

  const takeOnce = (id: string, { at, endsAt, of }: { at: number; endsAt: number; of: Subject }): void => {
    const nowSeconds = now() / 1_000
    for (const [known, end] of used) if (end < nowSeconds) used.delete(known)
    for (const [known, last] of latest) if (last.endsAt < nowSeconds) latest.delete(known)
    if (used.has(id)) throw invalid('it was used before')
    const session = keyOf(of)
    if (at < (latest.get(session)?.at ?? 0)) throw invalid('a later one was taken')
    used.set(id, endsAt)
    latest.set(session, { at, endsAt })
  }

  return {
    verify: async (token, { user, session, locks }) => {
      if (readPlainToken(token, tokenLengthMax) === undefined) throw invalid('it is not written as a JWT is')
      const claims = await verified(token, keys, {
        issuer: config.issuer ?? defaultIssuer,
        audience: config.app,
        currentDate: new Date(now()),
      })
      const { sid, jti = '', iat = 0, exp = 0, lock_id: lock, amr, acr, sub = '' } = claims
      if (!Number.isFinite(exp)) throw invalid('it is good for ever')
      if (sub !== canonicalUser(user, names)) throw invalid('it is about another user')
      if (sid !== undefined && sid !== session) throw invalid('it is about another session')
      if (typeof lock !== 'string' || !locks.has(lock)) throw invalid('nobody asked about its lock')
      if (iat > now() / 1_000 + clockSkewSeconds) throw invalid('it is of the future')
      takeOnce(jti, { at: iat, endsAt: exp, of: { user: sub, session } })
      return {
        id: jti,
        user,
        session: sid ?? null,
        lock,
        amr: amr ?? [],
        acr: acr ?? '',
        verifiedAt: new Date(iat * 1_000),
      }
    },
  }
}

type MfaClaims = JWTPayload & {
  readonly sid?: string
  readonly lock_id?: string
  readonly amr?: readonly string[]
  readonly acr?: string
}

type Expected = Parameters<typeof jwtVerify<MfaClaims>>[2]

const verified = async (token: string, keyOf: JWTVerifyGetKey, expected: Expected): Promise<MfaClaims> => {
  try {
    const { payload } = await jwtVerify<MfaClaims>(token, keyOf, {
      ...expected,
      typ: 'mfa+jwt',
      algorithms: ['EdDSA'],
      requiredClaims: ['sub', 'jti', 'iat', 'exp'],
    })
    return payload
  } catch (cause) {
    if (cause instanceof errors.JOSEError) throw invalid(cause.message, cause)
    throw cause
  }
}

/** The keys at the platform's address, fetched when a token names one that is not known. */
const platformKeys = (url: string, fetch: Runtime['fetch']): JWTVerifyGetKey => {
  const remote = createRemoteJWKSet(new URL('/.well-known/jwks.json', url), {
    timeoutDuration: keysWithinMs,
    cacheMaxAge: keysCachedMs,
    [customFetch]: fetch,
  })
  return async (header, token) => {
    try {
      return await remote(header, token)
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JOSENotSupported) throw cause
      throw new WatchwordError('keys-unavailable', 'the keys of the platform cannot be had', { retryable: true, cause })
    }
  }
}

const invalid = (why: string, cause?: unknown): WatchwordError =>
  new WatchwordError('invalid-token', `the mfaToken is not valid: ${why}`, { cause })
