import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { WebSocket } from 'ws'
import { createWatchword, type Lock, type WatchwordError } from '../src/index.ts'
import { lockJson, startProtocolServer } from './protocol-server.ts'

const key = 'ww_test_secret'
const quick = { reconnectMinMs: 1, reconnectMaxMs: 2 }

/** A guard that holds the locks of one user, says them first on every connection and pushes each change. */
const createGuardOfOne = () => {
  const locks = new Map<string, Record<string, unknown>>()
  const endedSessions: string[] = []
  const subscribed = new Set<WebSocket>()
  let seq = 0
  const state = (): object => ({
    type: 'state',
    seq,
    user: 'alice',
    mfaVerified: locks.size === 0,
    locks: [...locks.values()],
    endedSessions,
  })
  const push = (frame: object): void => {
    for (const socket of subscribed) socket.send(JSON.stringify({ ...frame, seq, user: 'alice' }))
  }
  return {
    onSocket: (socket: WebSocket): void => {
      socket.on('message', () => {
        subscribed.add(socket)
        socket.send(JSON.stringify(state()))
      })
      socket.on('close', () => subscribed.delete(socket))
    },
    lock: (id: string): void => {
      seq++
      locks.set(id, lockJson(id))
      push({ type: 'mfa-required', lock: locks.get(id) })
    },
    unlock: (id: string): void => {
      seq++
      locks.delete(id)
      push({ type: 'unlocked', lockId: id, by: 'verification' })
    },
    end: (session: string): void => {
      seq++
      endedSessions.push(session)
      push({ type: 'session-ended', session })
    },
  }
}

// A multiplicative generator: the same kills in every run.
const createDice = (seed: number) => (): number => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}

test('each lock, unlock and ended session is told once while the connection is killed 100 times', async (t) => {
  const guard = createGuardOfOne()
  const server = await startProtocolServer({ onSocket: guard.onSocket })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings: quick })
  const told = new Map<string, number>()
  const waiters = new Map<string, () => void>()
  const tell = (event: string): void => {
    told.set(event, (told.get(event) ?? 0) + 1)
    waiters.get(event)?.()
  }
  const heard = (event: string): Promise<void> =>
    new Promise((resolve) => (told.has(event) ? resolve() : waiters.set(event, resolve)))
  client.subscribe(
    { user: 'alice' },
    {
      onMfaRequired: (lock) => tell(`locked ${lock.id}`),
      onUnlocked: ({ lock }) => tell(`unlocked ${lock.id}`),
      onSessionEnded: (session) => tell(`ended ${session}`),
    },
  )
  const dice = createDice(7)
  let kills = 0
  const killSometimes = (): void => {
    if (dice() < 0.4)
      for (const socket of server.sockets) {
        kills++
        if (dice() < 0.5) socket.terminate()
        else socket.close(dice() < 0.5 ? 1012 : 4408, '1')
      }
  }
  const expected = new Map<string, number>()
  const killed = (): number => kills
  for (let round = 0; killed() < 100; round++) {
    const ids = Array.from({ length: 1 + Math.floor(dice() * 5) }, (_, index) => `l-${round}-${index}`)
    const events = [...ids.map((id) => `locked ${id}`), `ended s-${round}`]
    for (const id of ids) {
      killSometimes()
      guard.lock(id)
    }
    guard.end(`s-${round}`)
    killSometimes()
    await Promise.all(events.map(heard))
    for (const id of ids) {
      guard.unlock(id)
      killSometimes()
    }
    await Promise.all(ids.map((id) => heard(`unlocked ${id}`)))
    for (const event of [...events, ...ids.map((id) => `unlocked ${id}`)]) expected.set(event, 1)
  }
  assert.deepEqual(told, expected)
  await client.close()
})

test('a subscription authenticates, names its topic and is ready with the first state', async (t) => {
  const guard = createGuardOfOne()
  const topics: string[] = []
  let authorization: string | undefined
  const server = await startProtocolServer({
    onSocket: (socket, request) => {
      authorization = request.headers.authorization
      socket.on('message', (data) => topics.push((JSON.parse((data as Buffer).toString()) as { topic: string }).topic))
      guard.onSocket(socket)
    },
  })
  t.after(server.close)
  guard.lock('l-1')
  const client = createWatchword({ url: server.url, key })
  const subscription = client.subscribe({ user: 'alice' }, {})
  await subscription.ready
  assert.deepEqual(
    subscription.locks().map(({ id }) => id),
    ['l-1'],
  )
  assert.equal(authorization, `Bearer ${key}`)
  assert.deepEqual(topics, ['watchword.security.mfa?originalIdentity=alice'])
  await client.close()
})

for (const refusal of ['close code 4401', 'close code 4403', 'status 401', 'status 403'] as const) {
  test(`a subscription refused by ${refusal} stops with an error and never knocks again`, async (t) => {
    const number = Number(refusal.slice(-4).trim())
    let knocks = 0
    const server = await startProtocolServer({
      refuseUpgrade: () => {
        knocks++
        return number < 1_000 ? number : undefined
      },
      onSocket: (socket) => socket.close(number),
    })
    t.after(server.close)
    const client = createWatchword({ url: server.url, key, tunings: quick })
    const errors: WatchwordError[] = []
    const subscription = client.subscribe({ user: 'alice' }, { onError: (error) => errors.push(error) })
    await assert.rejects(subscription.ready, { code: 'subscription-refused' })
    assert.equal(errors.at(-1)?.code, 'subscription-refused')
    assert.equal(knocks, 1)
    await client.close()
  })
}

test('a path that went silent is given up and made again, and the lock made meanwhile is told', async (t) => {
  const guard = createGuardOfOne()
  let connections = 0
  const server = await startProtocolServer({
    onSocket: (socket) => {
      connections++
      // The first connection is accepted and then never says a word.
      if (connections > 1) guard.onSocket(socket)
    },
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings: { ...quick, silenceMaxMs: 20 } })
  guard.lock('l-1')
  const lock = await new Promise<Lock>((resolve) => client.subscribe({ user: 'alice' }, { onMfaRequired: resolve }))
  assert.equal(lock.id, 'l-1')
  await client.close()
})

test('a frame that cannot be read costs the connection, so the state after it is whole', async (t) => {
  const guard = createGuardOfOne()
  let connections = 0
  const server = await startProtocolServer({
    onSocket: (socket) => {
      connections++
      if (connections > 1) return guard.onSocket(socket)
      socket.once('message', () => socket.send('{"type":"state","seq":1,"user":"alice","locks":[{"id":""}]}'))
    },
  })
  t.after(server.close)
  guard.lock('l-1')
  const errors: string[] = []
  const client = createWatchword({ url: server.url, key, tunings: quick })
  const lock = await new Promise<Lock>((resolve) =>
    client.subscribe({ user: 'alice' }, { onMfaRequired: resolve, onError: ({ code }) => errors.push(code) }),
  )
  assert.equal(lock.id, 'l-1')
  assert.deepEqual(errors, ['invalid-frame'])
  await client.close()
})

test('close ends the connection for good', async (t) => {
  const guard = createGuardOfOne()
  const server = await startProtocolServer({ onSocket: guard.onSocket })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings: quick })
  await client.subscribe({ user: 'alice' }, {}).ready
  const [socket] = [...server.sockets]
  assert.ok(socket !== undefined)
  const gone = once(socket, 'close')
  await client.close()
  const [code] = (await gone) as [number]
  assert.equal(code, 1_000)
  assert.equal(server.sockets.size, 0)
})

test('a callback that throws is reported and costs no other event', async (t) => {
  const guard = createGuardOfOne()
  const server = await startProtocolServer({ onSocket: guard.onSocket })
  t.after(server.close)
  guard.lock('l-1')
  guard.lock('l-2')
  const client = createWatchword({ url: server.url, key, tunings: quick })
  const told: string[] = []
  const errors: string[] = []
  const subscription = client.subscribe(
    { user: 'alice' },
    {
      onMfaRequired: ({ id }) => {
        told.push(id)
        if (id === 'l-1') throw new Error('the app is broken')
      },
      onError: ({ code }) => errors.push(code),
    },
  )
  await subscription.ready
  assert.deepEqual(told, ['l-1', 'l-2'])
  assert.deepEqual(errors, ['handler-failed'])
  await client.close()
})

test('a guard that restarts sets the pace of the return by the number in its reason', async (t) => {
  const guard = createGuardOfOne()
  let connections = 0
  const server = await startProtocolServer({
    onSocket: (socket) => {
      if (++connections === 1) socket.close(1012, 'reconnect-after-ms=1500')
      else guard.onSocket(socket)
    },
  })
  t.after(server.close)
  const waits: number[] = []
  const client = createWatchword(
    { url: server.url, key },
    {
      setTimeout: (run, ms) => {
        waits.push(ms)
        return setTimeout(run, ms < 10_000 ? 0 : ms)
      },
    },
  )
  await client.subscribe({ user: 'alice' }, {}).ready
  assert.ok(
    waits.some((ms) => ms >= 1_500 && ms <= 1_600),
    String(waits),
  )
  await client.close()
})

test('close does not wait for a peer that never answers', async (t) => {
  const guard = createGuardOfOne()
  const server = await startProtocolServer({ onSocket: guard.onSocket })
  t.after(server.close)
  let giveUp: (() => void) | undefined
  const gaveUp = new Promise<void>((resolve) => {
    giveUp = resolve
  })
  const client = createWatchword(
    { url: server.url, key },
    {
      setTimeout: (run, ms) => {
        const isLast = ms === 1_000
        return setTimeout(
          () => {
            run()
            if (isLast) giveUp?.()
          },
          isLast ? 0 : ms,
        )
      },
    },
  )
  await client.subscribe({ user: 'alice' }, {}).ready
  const [socket] = [...server.sockets]
  assert.ok(socket !== undefined)
  socket.pause()
  const gone = once(socket, 'close')
  await client.close()
  await gaveUp
  assert.equal(server.sockets.size, 1)
  socket.resume()
  await gone
  assert.equal(server.sockets.size, 0)
})
