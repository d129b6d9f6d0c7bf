import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createGuardWorld } from '../testing/guard-world.ts'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createTokenIssuer } from '../testing/token-issuer.ts'

const context = { device: 'd-thief', ip: '203.0.113.7' }

async function world(t: TestContext) {
  const issuer = await createTokenIssuer(t, () => made.clock.now())
  const stepUp = [
    { path: '/transfers/**', acr: ['urn:watchword:acr:mfa'], maxAgeMs: 300_000 },
    { path: '/limits', acr: ['phr', 'urn:bank:strong'] },
  ]
  const config = { ...issuer.config, stepUp }
  const made = await createGuardWorld(t, { config: { appTokens: [config], acknowledgeAfterMs: 0 } })
  await made.access.putApp('demo', { id: 'bank', issuer: issuer.config.issuer, origins: ['https://bank.example'] })
  /** How a token with these claims fares at an address. */
  async function at(uri: string, claims: Readonly<Record<string, unknown>> = {}) {
    const token = await issuer.token({ sid: 's-91', ...claims })
    const headers = { authorization: `Bearer ${token}`, 'x-watchword-key': made.key, 'x-original-uri': uri }
    const answer = await made.call('GET', '/v1/check', { key: '', headers })
    return [answer.status, answer.headers['www-authenticate']]
  }
  made.clock.standStill()
  const now = (): number => Math.floor(made.clock.now() / 1000)
  return { ...made, issuer, at, now }
}

const asked = (parameters: string): unknown => [401, `Bearer error="insufficient_user_authentication", ${parameters}`]
const recent = asked('acr_values="urn:watchword:acr:mfa", max_age="300"')

test('step-up downgrade (#16): a token of a password alone does not do on a route that asks for more, nor one that is too old', async (t) => {
  const { at, now } = await world(t)
  assert.deepEqual(await at('/accounts'), [204, undefined])
  const mfa = 'urn:watchword:acr:mfa'
  for (const claims of [
    {},
    { acr: 'urn:bank:password', auth_time: now() },
    { acr: mfa },
    { acr: mfa, auth_time: now() - 301 },
    { acr: mfa, auth_time: now() + 60 },
    { acr: mfa, auth_time: String(now()) },
    { acr: [mfa], auth_time: now() },
    { acr: `phr ${mfa}`, auth_time: now() },
    { acr: '__proto__', auth_time: now() },
  ])
    assert.deepEqual(await at('/transfers/7', claims), recent, JSON.stringify(claims))
  assert.deepEqual(await at('/limits', { acr: mfa, auth_time: now() }), asked('acr_values="phr urn:bank:strong"'))
})

test('a token that says enough is let through: of the class, or above, or of the app’s own', async (t) => {
  const { at, now } = await world(t)
  for (const acr of ['urn:watchword:acr:mfa', 'phr'])
    assert.deepEqual(await at('/transfers/7', { acr, auth_time: now() - 299 }), [204, undefined])
  for (const acr of ['phr', 'urn:bank:strong']) assert.deepEqual(await at('/limits', { acr }), [204, undefined])
})

test('an address that the app may read otherwise has the rules of every reading, and one that nobody vouches for has all', async (t) => {
  const { at, issuer, call } = await world(t)
  for (const uri of ['/TRANSFERS/7', '/x/../transfers/7', '/%74ransfers/7', '/transfers;a/7', '//transfers/7', ''])
    assert.deepEqual(await at(uri), recent, uri)
  const headers = { authorization: `Bearer ${await issuer.token()}`, 'x-original-uri': '/accounts' }
  assert.equal((await call('GET', '/v1/check', { key: '', headers })).status, 401, 'a client names what it likes')
})

test('what Watchword has verified in the session counts, as long as it is recent; the old token is dead when the session has ended', async (t) => {
  const made = await world(t)
  const { at, clock, call } = made
  const { code } = await enrolled(made)
  await made.demand('alice')
  const lock = await lockOf(made, 'alice', '?session=s-91')
  assert.match(String((await at('/accounts'))[1]), /max_age="0", lock_id=/)
  assert.equal((await respond(made, await challengeFor(made, lock), { code: code(), context })).status, 200)
  assert.deepEqual(await at('/transfers/7'), [204, undefined])
  assert.deepEqual(await at('/limits'), asked('acr_values="phr urn:bank:strong"'))
  clock.advance(301_000)
  assert.deepEqual(await at('/transfers/7'), recent)
  await call('DELETE', '/v1/sessions/s-91?user=alice')
  assert.match(String((await at('/accounts', { acr: 'phr', auth_time: made.now() }))[1]), /invalid_token/)
})

test('while the keys of the issuer are away no failure mode makes up for what a route asks for', async (t) => {
  const { at, issuer } = await world(t)
  issuer.answer.status = 500
  assert.equal((await at('/limits', { acr: 'phr' }))[0], 503)
})
