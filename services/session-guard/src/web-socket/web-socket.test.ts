import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'
import { ticketFor, worldWithSockets } from '../testing/socket-world.ts'
import { until } from '../testing/until.ts'

test('a subscription that is asked for without an upgrade is told what it is', async (t) => {
  const { call } = await worldWithSockets(t)
  const { status, body, headers } = await call('GET', '/v1/subscribe')
  assert.deepEqual([status, body['code'], headers['upgrade']], [426, 'upgrade-required', 'websocket'])
})

test('the state comes first, then what happens, with greater versions, and the acknowledgement last', async (t) => {
  const { connect, demand, call } = await worldWithSockets(t)
  const client = connect()
  client.subscribe('alice')
  const first = await client.next('state')
  assert.deepEqual(first, { type: 'state', seq: 0, user: 'alice', mfaVerified: true, locks: [], endedSessions: [] })
  await demand('alice')
  const required = await client.next('mfa-required')
  assert.partialDeepStrictEqual(required, { seq: 1, user: 'alice', lock: { scope: 'session', session: 's-91' } })
  const { id } = required['lock'] as { id: string }
  assert.partialDeepStrictEqual(await client.next('lock-acknowledged'), { lockId: id, user: 'alice' })
  await call('POST', '/v1/users/alice/unlock', { body: { reason: 'x' } })
  assert.deepEqual(await client.next('unlocked'), {
    type: 'unlocked',
    seq: 2,
    user: 'alice',
    lockId: id,
    by: 'operator',
  })
  await call('DELETE', '/v1/sessions/s-91?user=alice')
  assert.deepEqual(await client.next('session-ended'), {
    type: 'session-ended',
    seq: 3,
    user: 'alice',
    session: 's-91',
  })
  assert.equal(JSON.stringify(client.frames).includes('203.0.113'), false)
})

test('the older name of the topic is the same topic', async (t) => {
  const { connect } = await worldWithSockets(t)
  const { socket, next } = connect()
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'subscribe', topic: 'authing.security.mfa?originalIdentity=alice' }))
  assert.equal((await next('state'))['user'], 'alice')
})

test('a replica gets every locked user of its tenant, then what happens, and a pong after all that is older', async (t) => {
  const { connect, demand, call, keyOf } = await worldWithSockets(t)
  for (const user of ['alice', 'bob']) await call('POST', `/v1/users/${user}/lock`, { body: { reason: 'x' } })
  const rival = await keyOf('rival', 'bank')
  await call('POST', '/v1/users/carol/lock', { key: rival, body: { reason: 'x' } })
  const client = connect()
  client.subscribe('*')
  await until(() => client.frames.some(({ type }) => type === 'replica-ready'))
  assert.deepEqual(
    client.frames.map(({ type, user }) => [type, user]),
    [
      ['state', 'alice'],
      ['state', 'bob'],
      ['replica-ready', undefined],
    ],
  )
  await demand('dave')
  assert.equal((await client.next('mfa-required'))['user'], 'dave')
  client.socket.send(JSON.stringify({ type: 'ping', id: 7 }))
  const pong = await client.next('pong')
  assert.equal(pong['id'], 7)
  assert.ok((pong['ageMs'] as number) <= 1_000)
})

test('an app sees the locks of its own sessions, and of others only that something changed', async (t) => {
  const { connect, demand, keyOf } = await worldWithSockets(t)
  const shop = await keyOf('demo', 'shop')
  const client = connect({ headers: { authorization: `Bearer ${shop}` } })
  client.subscribe('alice')
  await client.next('state')
  await demand('alice')
  assert.deepEqual(await client.next('state'), {
    type: 'state',
    seq: 1,
    user: 'alice',
    mfaVerified: true,
    locks: [],
    endedSessions: [],
  })
})

test('a browser subscribes to its own user by a ticket, once', async (t) => {
  const world = await worldWithSockets(t)
  const headers = { origin: 'https://bank.example' }
  const protocols = [`ticket.${await ticketFor(world, 'alice')}`]
  const client = world.connect({ headers, protocols })
  client.subscribe('alice')
  await client.next('state')
  assert.equal(await world.connect({ headers, protocols }).closed, 4401)
  client.subscribe('bob')
  assert.equal(await client.closed, 4403)
  const other = world.connect({ headers, protocols: [`ticket.${await ticketFor(world, 'alice')}`] })
  other.subscribe('*')
  assert.equal(await other.closed, 4403)
})

test('no page but the app’s own can use a ticket', async (t) => {
  const world = await worldWithSockets(t)
  const ticket = await ticketFor(world, 'alice')
  const protocols = [`ticket.${ticket}`]
  for (const origin of [
    'https://bank.example.evil',
    'https://evil.example',
    'https://BANK.example',
    'https://bank.example:8443',
    'http://bank.example',
    'null',
    undefined,
  ]) {
    const headers: Record<string, string> = origin === undefined ? {} : { origin }
    assert.equal(await world.connect({ headers, protocols }).closed, 4403, String(origin))
  }
  const client = world.connect({ headers: { origin: 'https://bank.example' }, protocols })
  client.subscribe('alice')
  assert.equal((await client.next('state'))['user'], 'alice', 'the refused pages did not use it up')
})

test('without credentials, with bad ones or without the scope nobody subscribes', async (t) => {
  const { connect, keyOf } = await worldWithSockets(t)
  assert.equal(await connect({ headers: {} }).closed, 4401)
  assert.equal(await connect({ headers: { authorization: 'Bearer ww_nope_nopenopenopenopenope' } }).closed, 4401)
  assert.equal(
    await connect({ headers: { origin: 'https://bank.example' }, protocols: ['ticket.wwt_x.y'] }).closed,
    4401,
  )
  assert.equal(
    await connect({ headers: { authorization: `Bearer ${await keyOf('demo', 'bank', 'check')}` } }).closed,
    4403,
  )
})

test('a revoked key loses its connections', async (t) => {
  const { connect, access, keyOf, clock } = await worldWithSockets(t)
  const key = await keyOf('demo', 'bank', 'subscribe')
  const client = connect({ headers: { authorization: `Bearer ${key}` } })
  client.subscribe('alice')
  await client.next('state')
  await access.revokeKey('demo', key.split('_')[1] ?? '')
  clock.advance(1_000)
  assert.equal(await client.closed, 4401)
})

test('a client that answers no ping is dropped', async (t) => {
  const { connect, clock, metrics } = await worldWithSockets(t)
  const client = connect()
  client.subscribe('alice')
  await client.next('state')
  client.socket.pause()
  for (let second = 0; second <= 40; second += 1) clock.advance(1_000)
  await until(async () => /watchword_ws_connections 0/.test(await metrics.metrics()))
})

test('bad frames are answered with an error, and too many end the connection', async (t) => {
  const { connect } = await worldWithSockets(t)
  const client = connect()
  await once(client.socket, 'open')
  client.socket.send('{"type":"subscribe","topic":"other"}')
  assert.equal((await client.next('error'))['code'], 'unknown-topic')
  for (let count = 0; count < 20; count += 1) client.socket.send('[')
  assert.equal(await client.closed, 1008)
  const large = connect()
  await once(large.socket, 'open')
  large.socket.send('x'.repeat(5_000))
  assert.equal(await large.closed, 1009)
})

test('whatever is sent, the guard stays up and answers', async (t) => {
  const world = await worldWithSockets(t)
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        type: fc.constantFrom('subscribe', 'ping', 'unsubscribe', '__proto__'),
        topic: fc.anything(),
        id: fc.anything(),
      })
      .map((value) => JSON.stringify(value) ?? ''),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(texts, { maxLength: 30 }), async (messages) => {
      const client = world.connect()
      await once(client.socket, 'open')
      for (const message of messages) client.socket.send(message)
      client.socket.close()
      await client.closed
    }),
    { numRuns: 30 },
  )
  const client = world.connect()
  client.subscribe('alice')
  await client.next('state')
})

test('a restart closes with 1012 and a moment to come back at', async (t) => {
  const { connect, guard } = await worldWithSockets(t)
  const client = connect()
  client.subscribe('alice')
  await client.next('state')
  const [closed] = await Promise.all([once(client.socket, 'close') as Promise<[number, Buffer]>, guard.stop()])
  assert.equal(closed[0], 1012)
  assert.match(closed[1].toString(), /\d+ ms/)
})

test('a lock is acknowledged only after the freshness bound of every replica', async (t) => {
  const { connect, demand, clock } = await worldWithSockets(t, { config: { acknowledgeAfterMs: 3_600_000 } })
  const client = connect()
  client.subscribe('alice')
  await client.next('state')
  await demand('alice')
  await client.next('mfa-required')
  clock.advance(3_590_000)
  client.socket.send(JSON.stringify({ type: 'ping', id: 1 }))
  await client.next('pong')
  assert.equal(
    client.frames.some(({ type }) => type === 'lock-acknowledged'),
    false,
  )
  clock.advance(20_000)
  assert.equal((await client.next('lock-acknowledged'))['user'], 'alice')
})
