import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const issuer = 'https://login.bank.example'
const audience = 'https://bank.example'

/** An OpenID provider, of an app that no other request changes. */
export type TokenIssuer = Readonly<{
  app: Readonly<{ id: string; issuer: string }>
  /** Environment of a platform that trusts it. */
  env: Readonly<Record<string, string>>
  /** What it sends when it logs the session out (OpenID Connect Back-Channel Logout 1.0). */
  logoutToken: (user: string, session: string) => string
}>

/** Its keys are a file in the folder. */
export function createTokenIssuer(folder: string): TokenIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = 'fuzz'
  const file = join(folder, 'issuer-jwks.json')
  writeFileSync(file, JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256' }] }))
  const app = { id: 'login', issuer }
  const trusted = { tenant: 'demo', app: app.id, issuer, audience, jwks: pathToFileURL(file).href }
  return {
    app,
    env: { WATCHWORD_GUARD_APP_TOKENS: JSON.stringify([trusted]) },
    logoutToken(user, session) {
      const iat = Math.floor(Date.now() / 1000)
      const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
      const about = { sub: user, sid: session, jti: randomUUID(), events }
      const claims = { ...about, iss: issuer, aud: audience, iat, exp: iat + 300 }
      const text = [{ alg: 'ES256', typ: 'logout+jwt', kid }, claims].map(base64url).join('.')
      const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${text}.${signature.toString('base64url')}`
    },
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
