import type { Access } from '@watchword/access'
import { type PlainToken, readPlainToken } from '@watchword/plain-token'
import { ConfigError, type ConfigFault, problem, ProblemError } from '@watchword/service-kit'
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'
import type { AppTokenConfig } from './app-token-config.ts'
import { IssuerKeysError, openIssuerKeys } from './issuer-keys.ts'
import { malformed } from '../http/malformed.ts'
import type { GivenProof, StepUpRule } from './step-up.ts'

/** Whom a token names; not `proven` while the keys of its issuer cannot be had. */
export type TokenSubject = Readonly<{
  tenant: string
  app: string
  user: string
  session: string | undefined
  proven: boolean
  /** What the token says of how its person was proven, and what routes ask of it (RFC 9470). */
  stepUp: Readonly<{ rules: readonly StepUpRule[]; given: GivenProof; toleranceMs: number }>
}>

/** Verifies tokens that apps' own issuers have made. */
export interface AppTokens {
  /** Whether a credential has the form of such a token, and there is an issuer at all. */
  isToken(text: string): boolean
  /** Throws `invalid-credentials`. */
  subjectOf(token: string): Promise<TokenSubject>
  /** What a logout token ends (OpenID Connect Back-Channel Logout 1.0, 2.6). Throws `malformed`, or `unavailable` while the keys of its issuer cannot be had. */
  logoutOf(token: string): Promise<TokenLogout>
}

/** Who was logged out by the issuer of the tokens of an app: one session, or all of a user where none is named. */
export type TokenLogout = Readonly<{
  tenant: string
  app: string
  issuer: string
  /** `jti`, unique at this issuer. */
  id: string
  user: string | undefined
  session: string | undefined
}>

export type AppTokensDeps = Readonly<{
  access: Pick<Access, 'appOf'>
  /** Epoch milliseconds. */
  now: () => number
  /** The issuer of mfaTokens, which never admit by themselves. */
  ownIssuer: string
  onKeysUnavailable: (issuer: string, error: IssuerKeysError) => void
}>

type Issuer = AppTokenConfig & Readonly<{ keys: JWTVerifyGetKey }>

// An access token (RFC 9068) or a plain JWT; an mfaToken or a logout token says something else.
const tokenTypes = /^(application\/)?(at\+)?jwt$/i
const accessTokenType = /^(application\/)?at\+jwt$/i
// The type is recommended only; what no other token has are its event and no nonce.
const logoutTypes = /^(application\/)?(logout\+)?jwt$/i
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/
// Node.js takes 16 KiB of headers.
const tokenLengthMax = 16_384
const claimLengthMax = 256

/** Reads the keys that are in files; throws `ConfigError` for issuers that cannot be told apart. */
export async function createAppTokens(configs: readonly AppTokenConfig[], deps: AppTokensDeps): Promise<AppTokens> {
  const faults = configs.flatMap((config, index) => faultsOf(config, configs.slice(0, index), index, deps.ownIssuer))
  if (faults.length > 0) throw new ConfigError(faults)
  const issuers = await Promise.all(
    configs.map(async (config): Promise<Issuer> => ({ ...config, keys: await openIssuerKeys(config.jwks, deps) })),
  )

  function issuerOf({ iss, aud }: JWTPayload): Issuer {
    const audiences = [aud ?? []].flat()
    const found = issuers.find(({ issuer, audience }) => issuer === iss && audiences.includes(audience))
    // The app says so itself: who administers it can end the trust at once.
    if (found === undefined || deps.access.appOf(found.tenant, found.app)?.issuer !== found.issuer)
      throw problem('invalid-credentials')
    return found
  }

  return {
    isToken: (text) => issuers.length > 0 && form.test(text),
    async subjectOf(token) {
      const read = plainTokenOf(token)
      const claimed: JWTPayload = read.claims
      const issuer = issuerOf(claimed)
      if (isIdToken(read)) throw problem('invalid-credentials')
      const payload = await verified(token, issuer, { ...deps, types: tokenTypes, claims: ['exp'] })
      return { ...subjectIn(payload ?? claimed, issuer), proven: payload !== undefined }
    },
    async logoutOf(token) {
      try {
        const issuer = issuerOf(plainTokenOf(token).claims)
        const payload = await verified(token, issuer, { ...deps, types: logoutTypes, claims: ['exp', 'iat', 'jti'] })
        if (payload === undefined) throw problem('unavailable')
        return logoutIn(payload, issuer)
      } catch (error) {
        const isRefused = error instanceof ProblemError && error.code === 'invalid-credentials'
        throw isRefused ? malformed('/logout_token', 'is no valid logout token') : error
      }
    },
  }
}

/** The claims of a genuine token; undefined while nobody can know whether it is. */
async function verified(
  token: string,
  issuer: Issuer,
  deps: AppTokensDeps & Readonly<{ types: RegExp; claims: string[] }>,
): Promise<JWTPayload | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, issuer.keys, {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: [...issuer.algorithms],
      clockTolerance: issuer.clockToleranceMs / 1000,
      currentDate: new Date(deps.now()),
      requiredClaims: deps.claims,
    })
    if (!deps.types.test(protectedHeader.typ ?? 'JWT') || !isOfThisTime(payload, issuer, deps.now()))
      throw problem('invalid-credentials')
    return payload
  } catch (error) {
    if (error instanceof IssuerKeysError) {
      deps.onKeysUnavailable(issuer.issuer, error)
      return undefined
    }
    throw error instanceof errors.JOSEError ? problem('invalid-credentials', { cause: error }) : error
  }
}

function plainTokenOf(token: string): PlainToken {
  const read = readPlainToken(token, tokenLengthMax)
  if (read === undefined) throw problem('invalid-credentials')
  return read
}

/** It says to a client who signed in, and admits nobody; its type says nothing, so what only it has does (OpenID Connect Core, 2 and 3.3.2.11). */
function isIdToken({ header, claims }: PlainToken): boolean {
  return !accessTokenType.test(String(header['typ'])) && ['nonce', 'at_hash', 'c_hash'].some((name) => name in claims)
}

/** What jose leaves to others: a token of the future, and one without an end. */
function isOfThisTime({ iat = 0, exp }: JWTPayload, { clockToleranceMs }: Issuer, nowMs: number): boolean {
  return iat * 1000 <= nowMs + clockToleranceMs && Number.isFinite(exp)
}

function subjectIn(payload: JWTPayload, issuer: Issuer): Omit<TokenSubject, 'proven'> {
  const { tenant, app, userClaim, sessionClaim } = issuer
  const user = textOf(payload[userClaim])
  // A logout token need not say its type.
  if (payload['events'] !== undefined || user === undefined) throw problem('invalid-credentials')
  return { tenant, app, user, session: textOf(payload[sessionClaim]), stepUp: stepUpIn(payload, issuer) }
}

function stepUpIn({ acr, auth_time: at }: JWTPayload, { stepUp: rules, clockToleranceMs: toleranceMs }: Issuer) {
  const given = {
    acr: typeof acr === 'string' ? acr : undefined,
    at: typeof at === 'number' ? at * 1000 : undefined,
  }
  return { rules, given, toleranceMs }
}

function logoutIn(payload: JWTPayload, { tenant, app, issuer, userClaim, sessionClaim }: Issuer): TokenLogout {
  const { events, nonce, jti = '' } = payload
  const event = typeof events === 'object' && events !== null ? Reflect.get(events, logoutEvent) : undefined
  const [user, session] = [textOf(payload[userClaim]), textOf(payload[sessionClaim])]
  const namesNobody = user === undefined && session === undefined
  if (typeof event !== 'object' || event === null || nonce !== undefined || namesNobody || jti === '')
    throw problem('invalid-credentials')
  return { tenant, app, issuer, id: jti, user, session }
}

function textOf(claim: unknown): string | undefined {
  if (claim === undefined) return undefined
  if (typeof claim !== 'string' || claim === '' || claim.length > claimLengthMax) throw problem('invalid-credentials')
  return claim
}

function faultsOf(
  { issuer, audience }: AppTokenConfig,
  before: readonly AppTokenConfig[],
  index: number,
  ownIssuer: string,
): readonly ConfigFault[] {
  const path = `guard.appTokens.${index}`
  const isTwin = before.some((other) => other.issuer === issuer && other.audience === audience)
  return [
    ...(isTwin ? [{ path, detail: 'has the issuer and the audience of another one' }] : []),
    ...(issuer === ownIssuer ? [{ path: `${path}.issuer`, detail: 'is the issuer of mfaTokens' }] : []),
  ]
}
