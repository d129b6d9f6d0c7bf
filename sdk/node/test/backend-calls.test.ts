import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWatchword } from '../src/index.ts'
import { lockJson, type SeenRequest, startProtocolServer } from './protocol-server.ts'

const key = 'ww_test_secret'

test('each backend call asks the address and sends the body that the interface promises', async (t) => {
  const server = await startProtocolServer({ answer: () => ({ status: 200, body: { lock: lockJson('l-1') } }) })
  t.after(server.close)
  const client = createWatchword({ url: `${server.url}/watchword/`, key })
  const user = 'alice@bank/1'
  await client.tickets.create({ user, session: 's-1', purpose: 'subscribe' })
  await client.challenges.create('l-1', { factor: 'totp' })
  await client.challenges.respond('c-1', { code: '000000', context: { ip: '203.0.113.7' } }, { capability: 'cap' })
  await client.factors.list(user)
  await client.factors.totp.enrol(user)
  await client.factors.totp.confirm(user, 'f-1', { code: '000000', session: 's-1' })
  await client.factors.remove(user, 'f-1')
  const { lock } = await client.locks.lock(user, { reason: 'stolen' })
  await client.locks.unlock(user, { reason: 'found', lock: 'l-1', version: 1 })
  await client.sessions.end('s-1', { user })
  assert.equal(lock?.id, 'l-1')
  const at = '/watchword/v1/users/alice%40bank%2F1'
  assert.deepEqual(
    server.requests.map(({ method, url, body }) => [method, url, body === '' ? undefined : JSON.parse(body)]),
    [
      ['POST', '/watchword/v1/tickets', { user, session: 's-1', purpose: 'subscribe' }],
      ['POST', '/watchword/v1/locks/l-1/challenges', { factor: 'totp' }],
      ['POST', '/watchword/v1/challenges/c-1/responses', { code: '000000', context: { ip: '203.0.113.7' } }],
      ['GET', `${at}/factors`, undefined],
      ['POST', `${at}/factors/totp`, {}],
      ['POST', `${at}/factors/totp/f-1/confirm`, { code: '000000', session: 's-1' }],
      ['DELETE', `${at}/factors/f-1`, undefined],
      ['POST', `${at}/lock`, { reason: 'stolen' }],
      ['POST', `${at}/unlock`, { reason: 'found', lock: 'l-1', version: 1 }],
      ['DELETE', '/watchword/v1/sessions/s-1?user=alice%40bank%2F1', undefined],
    ],
  )
  const respond = server.requests[2] as SeenRequest
  assert.equal(respond.headers['x-watchword-capability'], 'cap')
  assert.match(String(respond.headers['idempotency-key']), /^[0-9a-f-]{36}$/)
  await client.close()
})

test('a connection is asked for with the certificate as RFC 9440 writes it, and waited for as long as it is held', async (t) => {
  const answer = { outcome: 'admitted', because: 'window-active', resourceClass: 'protected' }
  const server = await startProtocolServer({ answer: () => ({ status: 200, body: answer }) })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key })
  const request = { client: 'always-on', user: 'alice', session: 'tunnel-1', certificate: Buffer.from('DER') } as const
  const { outcome } = await client.connections.admit(request, { waitSeconds: 20 })
  await client.connections.admit({ client: 'interactive', user: 'alice', session: 's-1', signIn: 'accepted' })
  assert.equal(outcome, 'admitted')
  const [laptop, browser] = server.requests as [SeenRequest, SeenRequest]
  assert.deepEqual([laptop.method, laptop.url], ['POST', '/v1/connections'])
  assert.deepEqual(JSON.parse(laptop.body), { client: 'always-on', user: 'alice', session: 'tunnel-1' })
  assert.equal(laptop.headers['client-cert'], ':REVS:')
  assert.equal(laptop.headers['prefer'], 'wait=20')
  assert.equal(browser.headers['client-cert'], undefined)
  assert.equal(browser.headers['prefer'], undefined)
  await client.close()
})

test('a problem of the platform comes back as an error with its code, status and members', async (t) => {
  const problem = { code: 'verification-failed', status: 401, title: 'The verification failed', attemptsLeft: 3 }
  const server = await startProtocolServer({
    answer: () => ({ status: 401, body: problem, headers: { 'content-type': 'application/problem+json' } }),
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key })
  await assert.rejects(client.challenges.respond('c-1', { code: '1' }), {
    name: 'WatchwordError',
    code: 'verification-failed',
    status: 401,
    problem,
    retryable: false,
  })
  await client.close()
})

test('a check that takes longer than its time is a timeout, and no answer at all is unreachable', async (t) => {
  const server = await startProtocolServer({ answer: () => new Promise(() => undefined) })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings: { checkTimeoutMs: 20 } })
  await assert.rejects(client.check({ user: 'alice' }), { code: 'timeout', retryable: true })
  await client.close()
  const nowhere = createWatchword({ url: 'http://127.0.0.1:1', key })
  await assert.rejects(nowhere.check({ user: 'alice' }), { code: 'unreachable', retryable: true })
  await nowhere.close()
})
