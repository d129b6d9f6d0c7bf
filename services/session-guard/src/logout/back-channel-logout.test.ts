import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { topicOf, userKey } from '@watchword/contracts'
import { createGuardWorld, type WorldOptions } from '../testing/guard-world.ts'
import { sampleAssessment } from '../testing/sample-assessment.ts'
import { createTokenIssuer } from '../testing/token-issuer.ts'
import { until } from '../testing/until.ts'

const event = { 'http://schemas.openid.net/event/backchannel-logout': {} }

async function world(t: TestContext, options: Pick<WorldOptions, 'userNames'> = {}) {
  const issuer = await createTokenIssuer(t, () => made.clock.now())
  const made = await createGuardWorld(t, { ...options, config: { appTokens: [issuer.config], acknowledgeAfterMs: 0 } })
  await made.access.putApp('demo', { id: 'bank', issuer: issuer.config.issuer })
  let tokens = 0
  /** A logout token with these claims over the usual ones. */
  const logoutToken = (
    claims: Readonly<Record<string, unknown>> = {},
    header: Parameters<typeof issuer.token>[1] = {},
  ) =>
    issuer.token(
      { jti: `j-${(tokens += 1)}`, iat: Math.floor(made.clock.now() / 1000), events: event, ...claims },
      { typ: 'logout+jwt', ...header },
    )
  const send = (form: string) =>
    made.call('POST', '/v1/oidc/backchannel-logout', {
      key: '',
      body: form,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  const logout = async (token: string | Promise<string>) => send(`logout_token=${await token}`)
  const stateOf = async (user: string, session: string) =>
    (await made.call('GET', `/v1/users/${user}/status?session=${session}`)).body['sessionState']
  /** The session was judged once, as a session in use is. */
  async function judged(user: string, session: string): Promise<void> {
    const value = made.codecs.assessment.encode({ ...sampleAssessment, tenant: 'demo', app: 'bank', user, session })
    await made.log.append([{ topic: topicOf('assessment'), key: userKey('demo', user), value, headers: {} }])
  }
  return { ...made, issuer, logoutToken, logout, send, stateOf, judged }
}

test('the session that the identity provider ended is ended, for good', async (t) => {
  const { logout, logoutToken, stateOf, issuer, call } = await world(t)
  const { status, headers, text } = await logout(logoutToken())
  assert.deepEqual([status, headers['cache-control'], text], [200, 'no-store', ''])
  assert.deepEqual([await stateOf('alice', 's-1'), await stateOf('alice', 's-2')], ['ended', 'unknown'])
  const check = await call('GET', '/v1/check', {
    key: '',
    headers: { authorization: `Bearer ${await issuer.token()}` },
  })
  assert.equal(check.status, 401)
  assert.equal((await logout(logoutToken({}, { typ: 'JWT' }))).status, 200, 'an ended session stays ended')
})

test('whom the identity provider writes otherwise is logged out and checked as the same person', async (t) => {
  const { logout, logoutToken, stateOf, issuer, call } = await world(t, { userNames: 'case-mapped' })
  assert.equal((await logout(logoutToken({ sub: 'ＡLICE' }))).status, 200)
  assert.deepEqual([await stateOf('Alice', 's-1'), await stateOf('alice', 's-1')], ['ended', 'ended'])
  const authorization = `Bearer ${await issuer.token({ sub: 'ALICE' })}`
  assert.equal((await call('GET', '/v1/check', { key: '', headers: { authorization } })).status, 401)
  assert.equal((await logout(logoutToken({ sub: 'alice smith' }))).status, 400)
})

test('without a session every known one of the user is ended, without a user the owner of the session is found', async (t) => {
  const { logout, logoutToken, stateOf, judged } = await world(t)
  await judged('alice', 's-2')
  await judged('alice', 's-3')
  await judged('bob', 's-4')
  await until(async () => (await logout(logoutToken({ sub: undefined, sid: 's-4' }))).status === 200)
  assert.equal((await logout(logoutToken({ sid: undefined }))).status, 200)
  const states = [await stateOf('alice', 's-2'), await stateOf('alice', 's-3'), await stateOf('bob', 's-4')]
  assert.deepEqual(states, ['ended', 'ended', 'ended'])
  assert.equal((await logout(logoutToken({ sub: undefined, sid: 's-9' }))).body['code'], 'not-found')
})

test('a logout token that comes again does not end the session that began since', async (t) => {
  const { logout, logoutToken, stateOf, judged } = await world(t)
  const token = await logoutToken({ sid: undefined })
  const early = await logout(token)
  assert.deepEqual([early.status, early.body['code']], [404, 'not-found'], 'nothing to end is no success')
  await judged('alice', 's-2')
  assert.equal((await logout(token)).status, 200)
  assert.equal(await stateOf('alice', 's-2'), 'ended')
  await judged('alice', 's-3')
  await until(async () => (await stateOf('alice', 's-3')) === 'active')
  assert.equal((await logout(token)).status, 200)
  assert.equal(await stateOf('alice', 's-3'), 'active')
  assert.equal((await logout(logoutToken({ sid: undefined }))).status, 200)
  assert.equal(await stateOf('alice', 's-3'), 'ended')
})

test('the other signature that anybody can make of one on P-256 is no second token', async (t) => {
  const { logout, logoutToken, stateOf, judged } = await world(t)
  await judged('alice', 's-2')
  const token = await logoutToken({ sid: undefined })
  await until(async () => (await logout(token)).status === 200)
  await judged('alice', 's-3')
  await until(async () => (await stateOf('alice', 's-3')) === 'active')
  const [head, claims, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const s = (order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0')
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s, 'hex')]).toString('base64url')
  assert.equal(
    (await logout(`${head}.${claims}.${other}`)).status,
    200,
    'JWS does not say which of both it is (RFC 7518, 3.4)',
  )
  assert.equal(await stateOf('alice', 's-3'), 'active')
})

test('a token that is no logout token of the issuer ends nothing', async (t) => {
  const { logout, logoutToken, send, stateOf, issuer, clock } = await world(t)
  const now = Math.floor(clock.now() / 1000)
  const good = await logoutToken()
  const wrong: Readonly<Record<string, string>> = {
    'an access token': await issuer.token({ jti: 'x', iat: now }, { typ: 'at+jwt' }),
    'an ID token': await issuer.token({ jti: 'x', iat: now, nonce: 'n' }),
    'an ID token with the event': await logoutToken({ nonce: 'n' }),
    'no event': await logoutToken({ events: undefined }),
    'another event': await logoutToken({ events: { 'https://example.com/event': {} } }),
    'an event that says no object': await logoutToken({
      events: { 'http://schemas.openid.net/event/backchannel-logout': 1 },
    }),
    nobody: await logoutToken({ sub: undefined, sid: undefined }),
    'no id': await logoutToken({ jti: undefined }),
    'an empty id': await logoutToken({ jti: '' }),
    'no time': await logoutToken({ iat: undefined }),
    'good for ever': await logoutToken({ exp: undefined }),
    over: await logoutToken({ exp: now - 60 }),
    'another audience': await logoutToken({ aud: 'https://shop.example' }),
    'another issuer': await logoutToken({ iss: 'https://evil.example' }),
    'an algorithm that is not allowed': await logoutToken({}, { alg: 'PS512' }),
    'another key': await logoutToken({}, { kid: 'RS256' }),
    'no signature': good.slice(0, good.lastIndexOf('.') + 1),
    'no token': 'x',
  }
  for (const [what, token] of Object.entries(wrong)) {
    const { status, body, text } = await logout(token)
    assert.deepEqual([status, body['code']], [400, 'malformed'], what)
    assert.ok(!text.includes(token.slice(0, 20)) || token.length < 20, what)
  }
  assert.equal((await send(`logout_token=${good}&logout_token=${good}`)).status, 400)
  assert.deepEqual((await send('token=x')).body['errors'], [{ pointer: '/logout_token', detail: 'is required' }])
  assert.equal(await stateOf('alice', 's-1'), 'unknown')
})

test('a provider whose keys are away is told to come again', async (t) => {
  const { logout, logoutToken, issuer, stateOf } = await world(t)
  issuer.answer.status = 500
  const { status, headers } = await logout(logoutToken())
  assert.deepEqual([status, headers['retry-after'] !== undefined], [503, true])
  assert.equal(await stateOf('alice', 's-1'), 'unknown')
})
