import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { AppTokenConfig } from '../check/app-token-config.ts'

type Signed = Readonly<{ alg?: string; typ?: string; kid?: string }>

/** An identity provider of the app `bank`, with its keys behind HTTP. */
export type TokenIssuer = Readonly<{
  config: AppTokenConfig
  /** What it answers for its keys; 200 by default. */
  answer: { status: number }
  /** How often its keys were fetched. */
  fetched: () => number
  /** A token with these claims over the usual ones; `undefined` leaves one out. */
  token: (claims?: Readonly<Record<string, unknown>>, header?: Signed) => Promise<string>
}>

export async function createTokenIssuer(t: TestContext, now: () => number): Promise<TokenIssuer> {
  const issuer = 'https://login.bank.example'
  const pairs = {
    RS256: await generateKeyPair('RS256'),
    ES256: await generateKeyPair('ES256'),
    PS512: await generateKeyPair('PS512'),
  } as const
  const keys = await Promise.all(
    Object.entries(pairs).map(async ([alg, { publicKey }]) => ({ ...(await exportJWK(publicKey)), alg, kid: alg })),
  )
  const answer = { status: 200 }
  let fetched = 0
  const server = createServer((_request, response) => {
    fetched += 1
    response.writeHead(answer.status).end(JSON.stringify({ keys }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => void server.once('listening', resolve))
  t.after(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    config: {
      tenant: 'demo',
      app: 'bank',
      issuer,
      audience: 'https://bank.example',
      jwks: `http://127.0.0.1:${port}/jwks.json`,
      algorithms: ['RS256', 'ES256'],
      clockToleranceMs: 5_000,
      userClaim: 'sub',
      sessionClaim: 'sid',
      stepUp: [],
    },
    answer,
    fetched: () => fetched,
    token(claims = {}, { alg = 'ES256', typ = 'JWT', kid = alg } = {}) {
      const exp = Math.floor(now() / 1000) + 300
      const usual = { iss: issuer, aud: 'https://bank.example', sub: 'alice', sid: 's-1', exp }
      const { privateKey } = pairs[alg as keyof typeof pairs]
      return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg, typ, kid }).sign(privateKey)
    },
  }
}
