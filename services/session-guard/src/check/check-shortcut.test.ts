import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { test, type TestContext } from 'node:test'
import { createGuardWorld } from '../testing/guard-world.ts'

/** Of the connection, or of the moment. */
const notCompared = ['connection', 'date', 'keep-alive', 'content-length', 'transfer-encoding', 'x-watchword-as-of']

/** A listening guard, asked over its socket and, by injection, by its route alone. */
async function listening(t: TestContext) {
  const world = await createGuardWorld(t, { logLevel: 'info' })
  let byRoute = 0
  world.server.addHook('onRequest', (_request, _reply, done) => {
    byRoute += 1
    done()
  })
  const url = await world.server.listen({ host: '127.0.0.1', port: 0 })
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x', session: 's-91' } })
  await world.call('DELETE', '/v1/sessions/s-0?user=alice')

  async function both(path: string, headers: Readonly<Record<string, string>>, method: 'GET' | 'POST' = 'GET') {
    const before = byRoute
    const asked = request(`${url}${path}`, { method, headers: { ...headers, 'x-request-id': 'r-1' } }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    let text = ''
    for await (const chunk of answer) text += String(chunk)
    const short = byRoute === before
    const injected = await world.call(method, path, { key: '', headers: { ...headers, 'x-request-id': 'r-1' } })
    const plain = (all: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !notCompared.includes(name)))
    assert.deepEqual(
      [answer.statusCode, plain(answer.headers), text],
      [injected.status, plain(injected.headers), injected.text],
    )
    assert.equal(answer.headers['x-request-id'], 'r-1')
    assert.equal(typeof answer.headers['x-watchword-as-of'], typeof injected.headers['x-watchword-as-of'])
    return { short, status: answer.statusCode }
  }
  return { ...world, both }
}

test('who may pass is told so by the shortcut as by the route, header for header', async (t) => {
  const { both, key } = await listening(t)
  const user = { 'x-watchword-key': key, 'x-watchword-user': 'alice' }
  for (const subject of [
    { ...user, 'x-watchword-session': 's-1' },
    { ...user, 'x-watchword-session': 's-1', 'x-watchword-device': 'd', 'x-original-uri': '/a' },
    { ...user, 'x-watchword-user': Buffer.from('Zoë'.normalize('NFD')).toString('latin1'), 'x-watchword-session': '' },
  ])
    assert.deepEqual(await both('/v1/check', subject), { short: true, status: 204 })
})

test('everybody else is answered by the route: locked, ended, unproved, misread', async (t) => {
  const { both, key, keyOf } = await listening(t)
  const user = { 'x-watchword-key': key, 'x-watchword-user': 'alice' }
  const wrong: readonly [Readonly<Record<string, string>>, number][] = [
    [{ ...user, 'x-watchword-session': 's-91' }, 401],
    [user, 401],
    [{ ...user, 'x-watchword-session': 's-0' }, 401],
    [{ ...user, 'x-watchword-key': `${key}x` }, 401],
    [{ ...user, 'x-watchword-key': await keyOf('demo', 'bank', 'ingest') }, 403],
    [{ 'x-watchword-key': key }, 400],
    [{ ...user, 'x-watchword-user': 'u'.repeat(300) }, 400],
  ]
  for (const [headers, status] of wrong) assert.deepEqual(await both('/v1/check', headers), { short: false, status })
  assert.equal((await both('/v1/check/', { ...user, 'x-watchword-session': 's-1' })).short, false)
  assert.equal((await both('/v1/check', { ...user, 'x-watchword-session': 's-1' }, 'POST')).status, 405)
})

test('a key is dead for the shortcut as soon as it is revoked, and nobody passes by it while nothing is known', async (t) => {
  const { both, access, guard, clock } = await listening(t)
  const { id, key } = await access.createKey('demo', { app: 'bank', scopes: ['check'] })
  const subject = { 'x-watchword-key': key, 'x-watchword-user': 'alice', 'x-watchword-session': 's-1' }
  assert.equal((await both('/v1/check', subject)).short, true)
  await access.revokeKey('demo', id)
  assert.deepEqual(await both('/v1/check', subject), { short: false, status: 401 })
  const other = {
    ...subject,
    'x-watchword-key': (await access.createKey('demo', { app: 'bank', scopes: ['check'] })).key,
  }
  assert.equal((await both('/v1/check', other)).short, true)
  await guard.stop()
  clock.advance(3_000)
  assert.deepEqual(await both('/v1/check', other), { short: false, status: 503 })
})

test('what the shortcut answers is measured as the answers of its route', async (t) => {
  const { both, key, metrics } = await listening(t)
  const subject = { 'x-watchword-key': key, 'x-watchword-user': 'alice', 'x-watchword-session': 's-1' }
  await both('/v1/check', subject)
  const counted = /duration_seconds_count\{route="\/v1\/check",method="GET",code="204"[^}]*\} (\d+)/.exec(
    await metrics.metrics(),
  )
  assert.equal(counted?.[1], '2', 'one by the shortcut, one by the route')
})
