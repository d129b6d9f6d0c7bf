import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { builtInPolicy } from '@watchword/policy'
import { failureModeOf } from './failure-mode.ts'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

test('a proxy is told 204 for who may pass and RFC 9470 for who must verify', async (t) => {
  const { call, key } = await createGuardWorld(t)
  const subject = { 'x-watchword-key': key, 'x-watchword-user': 'alice', 'x-watchword-session': 's-91' }
  const calm = await call('GET', '/v1/check', { key: '', headers: subject })
  assert.equal(calm.status, 204)
  assert.equal(calm.headers['cache-control'], 'no-store')
  assert.equal(calm.headers['x-watchword-mfa-verified'], 'true')
  const { body } = await call('POST', '/v1/users/alice/lock', { body: { reason: 'x', session: 's-91' } })
  const { id } = body['lock'] as { id: string }
  const locked = await call('GET', '/v1/check', { key: '', headers: subject })
  assert.equal(locked.status, 401)
  assert.equal(
    locked.headers['www-authenticate'],
    `Bearer error="insufficient_user_authentication", acr_values="urn:watchword:acr:mfa", max_age="0", lock_id="${id}", challenge_uri="/v1/locks/${id}/challenges"`,
  )
  await call('DELETE', '/v1/sessions/s-91?user=alice')
  const ended = await call('GET', '/v1/check', { key: '', headers: subject })
  assert.equal(ended.status, 401)
  assert.match(String(ended.headers['www-authenticate']), /invalid_token/)
})

test('a lock that a passkey alone may open asks for what is phishing-resistant, and a verified window says what it was', async (t) => {
  const world = await createGuardWorld(t)
  const subject = { 'x-watchword-key': world.key, 'x-watchword-user': 'alice', 'x-watchword-session': 's-91' }
  const check = async () => (await world.call('GET', '/v1/check', { key: '', headers: subject })).headers
  const { code } = await enrolled(world)
  await world.demand('alice')
  const answer = { code: code(), context: { device: 'd-thief', ip: '203.0.113.7' } }
  const { status, text } = await respond(world, await challengeFor(world, await lockOf(world)), answer)
  assert.equal(status, 200, text)
  const verified = await check()
  assert.equal(verified['x-watchword-acr'], 'urn:watchword:acr:mfa')
  const timeOf = (name: string): number => Date.parse(String(verified[`x-watchword-verified-${name}`]))
  assert.equal(timeOf('until') - timeOf('at'), 28_800_000)
  const { body } = await world.call('GET', '/v1/users/alice/status?session=s-91')
  assert.equal(body['acr'], 'urn:watchword:acr:mfa')
  world.clock.advance(1_000)
  await world.demand('alice', { factors: ['webauthn'] })
  await until(async () => (await check())['www-authenticate'] !== undefined)
  assert.match(String((await check())['www-authenticate']), /acr_values="phr", max_age="0"/)
})

test('a check without key, with a wrong key or without user is refused', async (t) => {
  const { call, key, keyOf } = await createGuardWorld(t)
  const user = { 'x-watchword-user': 'alice' }
  assert.equal(
    (await call('GET', '/v1/check', { headers: user })).status,
    401,
    'an Authorization header is the app’s, not the proxy’s',
  )
  assert.equal(
    (await call('GET', '/v1/check', { key: '', headers: { ...user, 'x-watchword-key': `${key}x` } })).status,
    401,
  )
  const ingest = await keyOf('demo', 'bank', 'ingest')
  assert.equal(
    (await call('GET', '/v1/check', { key: '', headers: { ...user, 'x-watchword-key': ingest } })).status,
    403,
  )
  assert.equal((await call('GET', '/v1/check', { key: '', headers: { 'x-watchword-key': key } })).status, 400)
})

test('the same subject header twice is refused: it could be read in two ways', async (t) => {
  const { server, key } = await createGuardWorld(t)
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const { request } = await import('node:http')
  const headers = ['X-Watchword-Key', key, 'X-Watchword-User', 'alice', 'X-Watchword-User', 'bob', 'Host', 'guard']
  request(`${url}/v1/check`, { headers, setHost: false }, (answer) => {
    answer.resume()
    resolve(answer.statusCode)
  }).end()
  assert.equal(await promise, 400)
})

test('while nobody knows, the failure mode decides, but a known lock stays', async (t) => {
  const base = builtInPolicy()
  const failureModes = [
    { path: '/open/**', mode: 'open' },
    { path: '/last/**', mode: 'last-known', ttl: 'PT5S' },
  ] as const
  const policy = { ...base, source: { ...base.source, failureModes: [...failureModes] } }
  const { call, key, guard, clock, metrics } = await createGuardWorld(t, { policy })
  await call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  const check = async (user: string, uri: string) => {
    const headers = { 'x-watchword-key': key, 'x-watchword-user': user, 'x-original-uri': uri }
    return call('GET', '/v1/check', { key: '', headers })
  }
  await guard.stop()
  clock.advance(3_000)
  assert.deepEqual(guard.ready(), { ready: false, detail: 'the lock view or the lock stage is behind' })
  const status = await call('GET', '/v1/users/bob/status')
  assert.deepEqual([status.status, status.body['code'], status.headers['retry-after']], [503, 'catching-up', '1'])
  assert.equal((await check('bob', '/transfers')).status, 503)
  const released = await check('bob', '/open/a')
  assert.deepEqual(
    [released.status, released.headers['x-watchword-released'], released.headers['x-watchword-mfa-verified']],
    [204, 'open', 'false'],
  )
  assert.equal((await check('bob', '/last/a')).status, 204)
  clock.advance(5_000)
  assert.equal((await check('bob', '/last/a')).status, 503)
  assert.equal((await check('bob', '/open/a')).status, 204)
  assert.equal((await check('alice', '/open/a')).status, 401)
  assert.match(await metrics.metrics(), /watchword_check_released_unknown_total\{mode="open"\} 2/)
})

const rules = [
  { path: '/transfers/**', mode: 'closed', ttlMs: 0 },
  { path: '/api/*/export', mode: 'closed', ttlMs: 0 },
  { path: '/**', mode: 'open', ttlMs: 0 },
] as const

test('the first pattern that matches names the failure mode', () => {
  const modeOf = (uri: string): string => failureModeOf(rules, uri).mode
  assert.equal(modeOf('/transfers/7?x=1'), 'closed')
  assert.equal(modeOf('/transfers'), 'closed')
  assert.equal(modeOf('/api/v2/export'), 'closed')
  assert.equal(modeOf('/api/v2/import'), 'open')
  assert.equal(modeOf('/'), 'open')
  assert.equal(failureModeOf([], '/anything').mode, 'closed')
})

test('an address that the app may read as a stricter route gets the stricter mode', () => {
  for (const uri of [
    '/Transfers/7',
    '/x/../transfers/7',
    '/x%2f..%2ftransfers',
    '//transfers/7',
    '/transfers;a=b/7',
    '/%E0%A4%A',
    'transfers',
    '',
  ])
    assert.equal(failureModeOf(rules, uri).mode, 'closed', uri)
})

test('a pattern matches the addresses that it matches however they are split', () => {
  const part = fc.constantFrom('a', 'b', '*', '**')
  const segment = fc.constantFrom('a', 'b', 'c')
  const manySplits = (pattern: readonly string[], path: readonly string[]): boolean => {
    const [head, ...rest] = pattern
    if (head === undefined) return path.length === 0
    if (head === '**') return [...path, ''].some((_, taken) => manySplits(rest, path.slice(taken)))
    return path.length > 0 && (head === '*' || head === path[0]) && manySplits(rest, path.slice(1))
  }
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.array(segment, { maxLength: 6 }), (pattern, path) => {
      const rule = { path: `/x/${pattern.join('/')}`, mode: 'open', ttlMs: 0 } as const
      const expected = manySplits(rule.path.slice(1).split('/'), `x/${path.join('/')}`.split('/')) ? 'open' : 'closed'
      assert.equal(failureModeOf([rule], `/x/${path.join('/')}`).mode, expected)
    }),
  )
})

test('an address deeper than any route is closed, so that no pattern is compared with thousands of segments', () => {
  const anything = [{ path: '/**', mode: 'open', ttlMs: 0 }] as const
  assert.equal(failureModeOf(anything, '/a'.repeat(256)).mode, 'open')
  assert.equal(failureModeOf(anything, '/a'.repeat(257)).mode, 'closed')
})

test('a hostile address is matched at all: a match that tried every split would not end', () => {
  const path = `/${Array.from({ length: 12 }, () => '**/a').join('/')}/b`
  assert.equal(failureModeOf([{ path, mode: 'open', ttlMs: 0 }], '/a'.repeat(256)).mode, 'closed')
})
