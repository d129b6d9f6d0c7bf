import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createWatchword, type Replica } from '../src/index.ts'
import { lockJson, startProtocolServer } from './protocol-server.ts'
import { createClock, createReplicaGuard } from './replica-guard.ts'

const key = 'ww_test_secret'
const tunings = { reconnectMinMs: 1, reconnectMaxMs: 2, replicaPingEveryMs: 5 }

const startAll = async (t: TestContext) => {
  const guard = createReplicaGuard()
  const clock = createClock()
  const server = await startProtocolServer({ onSocket: guard.onSocket })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings }, clock.deps)
  t.after(() => client.close())
  return { guard, clock, server, client }
}

/** The next moment the guard confirms freshness after everything sent so far. */
const contact = (replica: Replica): Promise<void> =>
  new Promise((resolve) => {
    let seen = 0
    // The first pong may answer a ping sent before the change; the second cannot.
    const stop = replica.onContact(() => {
      if (++seen < 2) return
      stop()
      resolve()
    })
  })

test('a replica knows every lock of the app before it is ready, and each lock holds exactly what its scope says', async (t) => {
  const { guard, client } = await startAll(t)
  guard.put('alice', [lockJson('l-1')], ['s-old'])
  guard.put('bob', [lockJson('l-2', { scope: 'device', session: undefined, device: 'd-1' })])
  guard.put('carol', [lockJson('l-3', { scope: 'user', session: undefined })])
  const replica = client.createReplica()
  assert.equal(replica.check({ user: 'alice', session: 's-1' }), 'unknown')
  await replica.ready
  const state = (user: string, session?: string, device?: string): string => {
    const status = replica.check({ user, ...(session && { session }), ...(device && { device }) })
    return status === 'unknown' ? status : `${status.sessionState} ${status.lock?.id ?? '-'} ${status.mfaVerified}`
  }
  assert.equal(state('alice', 's-91'), 'locked l-1 false')
  assert.equal(state('alice', 's-other'), 'unknown - true')
  assert.equal(state('alice'), 'locked l-1 false')
  assert.equal(state('alice', 's-old'), 'ended - false')
  assert.equal(state('bob', 's-1', 'd-1'), 'locked l-2 false')
  assert.equal(state('bob', 's-1', 'd-2'), 'unknown - true')
  assert.equal(state('bob', 's-1'), 'locked l-2 false')
  assert.equal(state('carol', 's-1', 'd-2'), 'locked l-3 false')
  assert.equal(state('dave', 's-1'), 'unknown - true')
  assert.equal(state('dave'), 'unknown - true')
})

test('of several locks that concern a subject the highest is named', async (t) => {
  const { guard, client } = await startAll(t)
  guard.put('alice', [lockJson('l-1', { level: 'MEDIUM' }), lockJson('l-2', { scope: 'user', level: 'HIGH' })])
  const replica = client.createReplica()
  await replica.ready
  const status = replica.check({ user: 'alice', session: 's-91' })
  assert.ok(status !== 'unknown')
  assert.equal(status.lock?.id, 'l-2')
})

test('a user written in another Unicode form is the same user', async (t) => {
  const { guard, client } = await startAll(t)
  guard.put('jos\u00e9', [lockJson('l-1', { scope: 'user' })])
  const replica = client.createReplica()
  await replica.ready
  const status = replica.check({ user: 'jose\u0301', session: 's-1' })
  assert.ok(status !== 'unknown' && status.locked)
})

test('an answer older than the bound is unknown, a known lock stays, and the next pong makes it fresh again', async (t) => {
  const { guard, clock, client } = await startAll(t)
  guard.put('alice', [lockJson('l-1')])
  const replica = client.createReplica()
  await replica.ready
  guard.ageMs = undefined
  clock.pass(1_000)
  assert.notEqual(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
  clock.pass(1)
  assert.equal(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
  const alice = replica.check({ user: 'alice', session: 's-91' })
  assert.ok(alice !== 'unknown' && alice.locked)
  guard.ageMs = 0
  await contact(replica)
  assert.notEqual(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
})

test('freshness counts from the sending of the ping, plus the age of the guard itself', async (t) => {
  const { guard, clock, client } = await startAll(t)
  const replica = client.createReplica()
  await replica.ready
  assert.equal(replica.ageMs(), 0)
  clock.pass(5_000)
  guard.ageMs = 400
  await contact(replica)
  assert.equal(replica.ageMs(), 400)
  clock.pass(600)
  assert.notEqual(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
  guard.ageMs = undefined
  clock.pass(1)
  assert.equal(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
})

test('while the guard does not know how some stand, nobody is calm; a known lock stays', async (t) => {
  const { guard, clock, client } = await startAll(t)
  guard.put('alice', [lockJson('l-1')])
  const replica = client.createReplica()
  await replica.ready
  assert.equal(replica.isComplete(), true)
  guard.complete = false
  await contact(replica)
  assert.equal(replica.isComplete(), false)
  assert.equal(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
  const alice = replica.check({ user: 'alice', session: 's-91' })
  assert.ok(alice !== 'unknown' && alice.locked)
  guard.ageMs = undefined
  clock.pass(1_001)
  assert.equal(replica.isComplete(), true, 'without contact nobody is asked about each request')
  assert.equal(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
  guard.ageMs = 0
  guard.complete = true
  await contact(replica)
  assert.notEqual(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
})

test('neither a suspended machine nor a wall clock set back makes old knowledge look fresh', async (t) => {
  const { guard, clock, client } = await startAll(t)
  const replica = client.createReplica()
  await replica.ready
  guard.ageMs = undefined
  clock.wallMs += 60_000
  assert.equal(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
  clock.wallMs -= 120_000
  assert.notEqual(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
  clock.monotonicMs += 1_001
  assert.equal(replica.check({ user: 'bob', session: 's-1' }), 'unknown')
})

test('an unlock made while the connection was lost opens only once a guard that is ahead of the loss says so', async (t) => {
  const { guard, clock, server, client } = await startAll(t)
  guard.put('alice', [lockJson('l-1')])
  const replica = client.createReplica()
  await replica.ready
  const locked = (): boolean => {
    const status = replica.check({ user: 'alice', session: 's-91' })
    return status !== 'unknown' && status.locked
  }
  // The guard behind the next connection has not seen the lock yet: its silence about alice proves nothing.
  guard.putSilently('alice', [])
  guard.ageMs = 500
  for (const socket of server.sockets) socket.terminate()
  clock.pass(100)
  await contact(replica)
  assert.equal(locked(), true)
  clock.pass(500)
  await contact(replica)
  assert.equal(locked(), false)
})

test('locks and unlocks reach the replica in the order of the guard through 50 lost connections', async (t) => {
  const { guard, clock, server, client } = await startAll(t)
  const replica = client.createReplica()
  await replica.ready
  for (let round = 0; round < 50; round++) {
    const locks = round % 3 === 2 ? [] : [lockJson(`l-${round}`, { scope: 'user' })]
    guard.put('alice', locks)
    for (const socket of server.sockets) socket.terminate()
    guard.put('bob', locks)
    clock.pass(1)
    await contact(replica)
    for (const user of ['alice', 'bob']) {
      const status = replica.check({ user, session: 's-1' })
      assert.ok(status !== 'unknown')
      assert.equal(status.lock?.id, locks[0]?.['id'])
    }
  }
})

test('a replica that the guard refuses says so and stays unknown', async (t) => {
  const server = await startProtocolServer({ onSocket: (socket) => socket.close(4403) })
  t.after(server.close)
  const errors: string[] = []
  const client = createWatchword({ url: server.url, key, tunings, onError: ({ code }) => errors.push(code) })
  const replica = client.createReplica()
  await assert.rejects(replica.ready, { code: 'subscription-refused' })
  assert.deepEqual(errors, ['subscription-refused'])
  assert.equal(replica.check({ user: 'alice' }), 'unknown')
  await client.close()
})

test('a lock is one for every spelling that the platform takes for one person, and nobody is calm under what is no name', async (t) => {
  const { guard, client } = await startAll(t)
  guard.userNames = 'case-mapped'
  guard.put('zo\u00EB', [lockJson('l-1', { scope: 'user', session: undefined })])
  const replica = client.createReplica()
  await replica.ready
  for (const user of ['zo\u00EB', 'ZO\u00CB', 'Zoe\u0308', '\uFF3Ao\u00EB']) {
    const status = replica.check({ user, session: 's-1' })
    assert.ok(status !== 'unknown' && status.locked, user)
  }
  const other = replica.check({ user: 'Bob', session: 's-1' })
  assert.ok(other !== 'unknown' && other.mfaVerified)
  for (const user of ['zo\u200B\u00EB', 'bob smith', 'a\nb']) assert.equal(replica.check({ user }), 'unknown')
})

test('a replica that does not know how names are read knows nothing', async (t) => {
  const { guard, client } = await startAll(t)
  guard.userNames = 'phonetic'
  const refused = Promise.withResolvers<string>()
  const replica = client.createReplica({ onError: ({ code }) => refused.resolve(code) })
  assert.equal(await refused.promise, 'unsupported-user-names')
  assert.equal(replica.check({ user: 'alice', session: 's-1' }), 'unknown')
})
