import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { builtInPolicy } from '@watchword/policy'
import { SignJWT, UnsecuredJWT } from 'jose'
import { createAppTokens } from './app-tokens.ts'
import { createGuardWorld } from '../testing/guard-world.ts'
import { createTokenIssuer } from '../testing/token-issuer.ts'

async function world(t: TestContext) {
  const base = builtInPolicy()
  const failureModes = [
    { path: '/open/**', mode: 'open' },
    { path: '/last/**', mode: 'last-known', ttl: 'PT1H' },
  ] as const
  const policy = { ...base, source: { ...base.source, failureModes: [...failureModes] } }
  const issuer = await createTokenIssuer(t, () => made.clock.now())
  const made = await createGuardWorld(t, { policy, config: { appTokens: [issuer.config] } })
  const app = { id: 'bank', origins: ['https://bank.example'], issuer: issuer.config.issuer }
  await made.access.putApp('demo', app)
  const check = (token: string, headers: Readonly<Record<string, string>> = {}) =>
    made.call('GET', '/v1/check', { key: '', headers: { authorization: `Bearer ${token}`, ...headers } })
  const lock = (user: string, session?: string) =>
    made.call('POST', `/v1/users/${user}/lock`, { body: { reason: 'x', ...(session ? { session } : {}) } })
  return { ...made, issuer, app, check, lock }
}

test('a token of the issuer says who the request is from: its user, in its session', async (t) => {
  const { issuer, check, lock } = await world(t)
  for (const alg of ['RS256', 'ES256']) {
    const { status, headers } = await check(await issuer.token({}, { alg }))
    assert.deepEqual([status, headers['x-watchword-user'], headers['x-watchword-mfa-verified']], [204, 'alice', 'true'])
  }
  assert.equal((await check(await issuer.token({}, { typ: 'at+jwt' }))).status, 204)
  await lock('alice', 's-1')
  assert.match(
    String((await check(await issuer.token())).headers['www-authenticate']),
    /insufficient_user_authentication/,
  )
  assert.equal((await check(await issuer.token({ sid: 's-2' }))).status, 204)
  assert.equal((await check(await issuer.token({ sid: undefined }))).status, 401, 'without a session any lock applies')
  assert.equal((await check(await issuer.token({ sub: 'bob' }))).status, 204)
  assert.equal(issuer.fetched(), 1, 'the keys are fetched once')
})

test('the claims that name the user and the session are the configured ones', async (t) => {
  const { issuer, access, clock } = await world(t)
  const config = { ...issuer.config, userClaim: 'uid', sessionClaim: 'session_id' }
  const deps = { access, now: () => clock.now(), ownIssuer: 'x', onKeysUnavailable: assert.fail }
  const tokens = await createAppTokens([config], deps)
  const { user, session } = await tokens.subjectOf(await issuer.token({ uid: 'carol', session_id: 's-9' }))
  assert.deepEqual([user, session], ['carol', 's-9'])
  await assert.rejects(tokens.subjectOf(await issuer.token()), { code: 'invalid-credentials' })
})

test('a token that proves nothing is refused: algorithm, key, issuer, audience, time, type, user', async (t) => {
  const { issuer, check, clock } = await world(t)
  const good = await issuer.token()
  const now = Math.floor(clock.now() / 1000)
  const [head = '', body = '', signature = ''] = good.split('.')
  const forged = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: 'bob' }))
  const secret = Buffer.from('a shared secret of thirty-two bytes')
  const claims = { iss: issuer.config.issuer, aud: issuer.config.audience, sub: 'alice', exp: now + 300 }
  const wrong: Readonly<Record<string, string>> = {
    'an algorithm that is not allowed': await issuer.token({}, { alg: 'PS512' }),
    'a shared secret': await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'ES256' }).sign(secret),
    'another key of the issuer': await issuer.token({}, { kid: 'RS256' }),
    'an unknown key': await issuer.token({}, { kid: 'k-9' }),
    'other claims': `${head}.${forged.toString('base64url')}.${signature}`,
    'another issuer': await issuer.token({ iss: 'https://evil.example' }),
    'another audience': await issuer.token({ aud: 'https://shop.example' }),
    'no audience': await issuer.token({ aud: undefined }),
    'over for longer than clocks differ': await issuer.token({ exp: now - 10 }),
    'good for ever': await issuer.token({ exp: undefined }),
    'not good yet': await issuer.token({ nbf: now + 60 }),
    'an mfaToken': await issuer.token({}, { typ: 'mfa+jwt' }),
    'a logout token': await issuer.token({}, { typ: 'logout+jwt' }),
    'a logout token that does not say so': await issuer.token({ events: {} }),
    'no user': await issuer.token({ sub: undefined }),
    'an empty user': await issuer.token({ sub: '' }),
    'a session that is no text': await issuer.token({ sid: 7 }),
    'no JSON': `${head}.bm8.${signature}`,
  }
  for (const [what, token] of Object.entries(wrong)) {
    const { status, body: answer, headers, text } = await check(token)
    assert.deepEqual([status, answer['code']], [401, 'invalid-credentials'], what)
    assert.match(String(headers['www-authenticate']), /invalid_token/, what)
    assert.ok(!text.includes(token.slice(0, 20)), what)
  }
  const justOver = await issuer.token({ exp: Math.floor(clock.now() / 1000) - 3 })
  assert.equal((await check(justOver)).status, 204, 'clocks may differ a little')
})

test('a token without signature is none', async (t) => {
  const { issuer, check } = await world(t)
  const none = new UnsecuredJWT({ sub: 'alice' })
    .setIssuer(issuer.config.issuer)
    .setAudience(issuer.config.audience)
    .setExpirationTime('5m')
    .encode()
  for (const token of [none, `${none}AA`, none.slice(0, -1)]) assert.equal((await check(token)).status, 401)
})

test('an app that no longer names the issuer, or no configured one, takes no token', async (t) => {
  const { issuer, check, access, app } = await world(t)
  const token = await issuer.token()
  assert.equal((await check(token)).status, 204)
  await access.putApp('demo', { ...app, issuer: 'https://other.example' })
  assert.equal((await check(token)).body['code'], 'invalid-credentials')
  const { call } = await createGuardWorld(t)
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await call('GET', '/v1/check', { key: '', headers })).body['code'], 'missing-credentials')
})

test('the key of a proxy comes first: its user counts, and beside a token it vouches for the other headers', async (t) => {
  const { issuer, check, lock, key, keyOf } = await world(t)
  const token = await issuer.token()
  await lock('alice')
  const proxy = { 'x-watchword-key': key }
  const { status, headers } = await check(token, { ...proxy, 'x-watchword-user': 'bob' })
  assert.deepEqual([status, headers['x-watchword-user']], [204, 'bob'])
  assert.equal((await check(token, { 'x-watchword-user': 'bob' })).status, 401, 'a client names whom it likes')
  assert.equal((await check(token, proxy)).status, 401)
  const other = { 'x-watchword-key': await keyOf('demo', 'shop', 'check') }
  assert.equal((await check(token, other)).body['code'], 'wrong-tenant')
  assert.equal((await check(token, { 'x-watchword-key': `${key}x` })).body['code'], 'invalid-credentials')
})

test('while the keys of the issuer are away the failure mode decides, and nobody is named, nor told of locks', async (t) => {
  const { issuer, check, lock, key, clock, metrics } = await world(t)
  issuer.answer.status = 500
  const at = (uri: string) => ({ 'x-watchword-key': key, 'x-original-uri': uri })
  const away = await check(await issuer.token())
  assert.deepEqual([away.status, away.body['code'], away.headers['retry-after']], [503, 'unavailable', '2'])
  assert.equal((await check(await issuer.token(), { 'x-original-uri': '/open/a' })).status, 503, 'no proxy vouches')
  assert.equal((await check(await issuer.token(), at('/transfers'))).status, 503)
  assert.equal((await check(await issuer.token(), at('/last/a'))).status, 503, 'nobody is known for the last time')
  const { status, headers } = await check(await issuer.token(), at('/open/a'))
  assert.deepEqual(
    [status, headers['x-watchword-released'], headers['x-watchword-mfa-verified'], headers['x-watchword-user']],
    [204, 'open', 'false', undefined],
  )
  assert.match(await metrics.metrics(), /watchword_check_released_unknown_total\{mode="open"\} 1/)
  assert.equal(issuer.fetched(), 1, 'a moment passes before the next fetch')
  await lock('alice')
  const locked = await check(await issuer.token(), at('/open/a'))
  assert.deepEqual([locked.status, locked.body['code']], [503, 'unavailable'])
  issuer.answer.status = 200
  clock.advance(1_000)
  assert.equal((await check(await issuer.token({ sub: 'bob' }))).status, 204)
})

test('issuers that cannot be told apart, or that are the guard itself, are faults of the configuration', async (t) => {
  const { issuer, access } = await world(t)
  const deps = { access, now: Date.now, ownIssuer: issuer.config.issuer, onKeysUnavailable: assert.fail }
  await assert.rejects(createAppTokens([issuer.config, issuer.config], deps), {
    code: 'config-invalid',
    faults: [
      { path: 'guard.appTokens.0.issuer', detail: 'is the issuer of mfaTokens' },
      { path: 'guard.appTokens.1', detail: 'has the issuer and the audience of another one' },
      { path: 'guard.appTokens.1.issuer', detail: 'is the issuer of mfaTokens' },
    ],
  })
})
