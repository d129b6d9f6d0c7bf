import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { type IssuerUnderAttack, signedToken, signingKey, tokenContract } from '@watchword/token-attacks'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'

const issuer = 'https://login.bank.example'
const audience = 'https://bank.example'
const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} }

/** A guard that takes the tokens of one issuer by one algorithm. */
async function underAttack(t: TestContext, { key }: IssuerUnderAttack) {
  const server = createServer((_request, response) => void response.end(JSON.stringify({ keys: [key.jwk] })))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  const config = {
    tenant: 'demo',
    app: 'bank',
    issuer,
    audience,
    jwks: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    algorithms: [key.alg as 'ES256' | 'RS256' | 'EdDSA'],
    clockToleranceMs: 5_000,
    userClaim: 'sub',
    sessionClaim: 'sid',
    stepUp: [],
  }
  const world = await createGuardWorld(t, {
    logLevel: 'info',
    config: { appTokens: [config], acknowledgeAfterMs: 0 },
  })
  await world.access.putApp('demo', { id: 'bank', issuer })
  // The edges of time are to the second.
  world.clock.standStill()
  const now = (): number => Math.floor(world.clock.now() / 1000)
  return {
    world,
    now,
    tolerance: { exp: 5, nbf: 5, iat: 5 },
    claims: () => ({ iss: issuer, aud: audience, sub: 'alice', sid: 's-1', iat: now(), exp: now() + 300 }),
  }
}

async function takesAccess({ call }: GuardWorld, token: string): Promise<boolean> {
  const answer = await call('GET', '/v1/check', { key: '', headers: { authorization: `Bearer ${token}` } })
  if (answer.status === 204) return true
  assert.equal(answer.status, 401)
  assert.match(String(answer.headers['www-authenticate']), /^Bearer/)
  return false
}

async function takesLogout({ call }: GuardWorld, token: string): Promise<boolean> {
  const answer = await call('POST', '/v1/oidc/backchannel-logout', {
    key: '',
    body: `logout_token=${encodeURIComponent(token)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  if (answer.status === 200) return true
  assert.deepEqual([answer.status === 413 || answer.body['code'] === 'malformed'], [true], answer.text)
  return false
}

for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) {
  tokenContract('the check of an app token', { kind: 'access', alg }, async (t, attacked) => {
    const { world, claims, ...times } = await underAttack(t, attacked)
    return {
      ...times,
      genuine: () => ({ typ: 'at+jwt', claims: claims() }),
      takes: (token) => takesAccess(world, token),
    }
  })

  tokenContract('the receiver of logout tokens', { kind: 'logout', alg }, async (t, attacked) => {
    const { world, claims, ...times } = await underAttack(t, attacked)
    return {
      ...times,
      genuine: () => ({ typ: 'logout+jwt', claims: { ...claims(), jti: randomUUID(), events: logoutEvent } }),
      takes: (token) => takesLogout(world, token),
    }
  })
}

test('a token is taken in its own place alone: a ticket, a capability, an mfaToken, a token of the issuer, a logout token', async (t) => {
  const key = signingKey('ES256', 'k-1')
  const { world, claims } = await underAttack(t, { key })
  const { code } = await enrolled(world)
  await world.demand('alice')
  const challenge = await challengeFor(world, await lockOf(world))
  const { body } = await respond(world, challenge, { code: code() })
  const minted = await world.call('POST', '/v1/tickets', {
    body: { user: 'alice', session: 's-1', purpose: 'subscribe' },
  })
  const header = { alg: 'ES256', typ: 'at+jwt', kid: 'k-1' }
  const tokens = {
    ticket: String(minted.body['ticket']),
    mfaToken: String(body['mfaToken']),
    access: signedToken(header, claims(), key),
    logout: signedToken({ ...header, typ: 'logout+jwt' }, { ...claims(), jti: 'j-1', events: logoutEvent }, key),
  }
  const places = {
    access: (token: string) => takesAccess(world, token),
    logout: (token: string) => takesLogout(world, token),
    ticket: async (token: string) => {
      const authorization = `Ticket ${token}`
      const options = { key: '', headers: { authorization, origin: 'https://bank.example' }, body: { factor: 'totp' } }
      const { status } = await world.call('POST', '/v1/locks/l-none/challenges', options)
      return status !== 401
    },
  }
  for (const [place, takes] of Object.entries(places))
    for (const [what, token] of Object.entries(tokens).filter(([name]) => name !== place))
      assert.equal(await takes(token), false, `${what} as ${place}`)
})
