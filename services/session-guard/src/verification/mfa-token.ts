import { exportJWK, importJWK, type JWK, SignJWT, calculateJwkThumbprint } from 'jose'
import { assuranceOf, type ProvenFactor } from '@watchword/session-lock'
import type { GuardSecrets, PublicJwk } from '../secrets.ts'

export type MfaClaims = Readonly<{
  app: string
  user: string
  session: string | null
  /** When the verification passed, epoch milliseconds. */
  at: number
  proven: ProvenFactor
  lock: string | null
  /** The command that it answers: the token of one verification has one id, however often it is signed. */
  transaction: string
}>

/** Signs proofs of a verification that are good for five minutes (`typ: mfa+jwt`, EdDSA). */
export interface MfaTokens {
  sign(claims: MfaClaims): Promise<string>
  /** The public keys, as `/.well-known/jwks.json` shows them. */
  readonly jwks: Readonly<{ keys: readonly JWK[] }>
}

const lifetimeSeconds = 300

export async function createMfaTokens(
  config: Readonly<{ issuer: string }> & Pick<GuardSecrets, 'signingJwk' | 'publishedJwks'>,
): Promise<MfaTokens> {
  const key = await importJWK({ ...config.signingJwk }, 'EdDSA')
  const own = await published(config.signingJwk)
  const others = await Promise.all(config.publishedJwks.map(published))
  const { kid } = own
  return {
    jwks: { keys: [own, ...others.filter((other) => other.kid !== kid)] },
    sign(claims) {
      const issuedAt = Math.floor(claims.at / 1000)
      const { acr, amr } = assuranceOf(claims.proven)
      return new SignJWT({
        acr,
        amr,
        auth_time: issuedAt,
        txn: claims.transaction,
        ...(claims.session === null ? {} : { sid: claims.session }),
        ...(claims.lock === null ? {} : { lock_id: claims.lock }),
      })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'mfa+jwt', kid })
        .setIssuer(config.issuer)
        .setAudience(claims.app)
        .setSubject(claims.user)
        .setJti(claims.transaction)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(key)
    },
  }
}

/** The public half of a key, under the name that it has by itself (RFC 7638). */
async function published({ kty, crv, x }: PublicJwk) {
  const jwk = await exportJWK(await importJWK({ kty, crv, x }, 'EdDSA'))
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'EdDSA' }
}
