import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LockState } from '@watchword/contracts'
import type { WebSocket } from 'ws'
import { createConnection } from './connection.ts'
import type { Outbox } from './outbox.ts'

function stateOf(tenant: string, user: string): LockState {
  const endedSessions = [{ app: 'bank', session: 's-1', at: 1 }]
  return {
    tenant,
    user,
    version: 1,
    seq: 1,
    at: 1,
    locks: [],
    endedSessions,
    passes: [],
    factors: [],
    blockedUntil: null,
    authorizations: [],
    prompts: [],
  }
}

/** A backend's connection whose outbox works when it is told to. */
function connectionOver(states: readonly LockState[]) {
  const told: string[] = []
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (text: string) => void told.push(text),
  }
  let looks = 0
  const awake = new Set<Outbox>()
  const view = {
    lockState: (tenant: string, user: string) => states.find((one) => one.tenant === tenant && one.user === user),
    *lockStates() {
      for (const state of states) {
        looks += 1
        yield state
      }
    },
    ageMs: () => 0,
  }
  const hub = { subscribe: () => undefined, unsubscribe: () => undefined, stop: () => undefined }
  const identity = { tenant: 'demo', app: 'bank', user: null, session: null, caller: null }
  const connection = createConnection({ coalesceAboveBytes: 1_000 }, socket as unknown as WebSocket, identity, {
    access: { userNamesOf: () => 'exact' },
    view,
    freshness: { isStageAlive: () => true },
    hub,
    pump: { wake: (outbox) => void awake.add(outbox) },
    now: () => 1,
  })
  return {
    socket,
    subscribeToAll() {
      const frame = { type: 'subscribe', topic: 'watchword.security.mfa?originalIdentity=*' }
      connection.onMessage(Buffer.from(JSON.stringify(frame)), false)
    },
    /** Works until nothing is left to do; answers how many users were looked at in each step. */
    work(): readonly number[] {
      const looksPerStep: number[] = []
      for (const outbox of awake) {
        for (let before = looks; outbox.step(); before = looks) looksPerStep.push(looks - before)
      }
      return looksPerStep
    },
    told: () => told.splice(0).map((text) => (JSON.parse(text) as { user?: string; type: string }).user ?? 'ready'),
  }
}

test('a client that asks for everybody again and again is told once, and again when that is done', () => {
  const client = connectionOver(['alice', 'bob'].map((user) => stateOf('demo', user)))
  client.socket.bufferedAmount = 2_000
  for (let times = 0; times < 1_000; times += 1) client.subscribeToAll()
  client.work()
  assert.deepEqual(client.told(), [])
  client.socket.bufferedAmount = 0
  client.work()
  assert.deepEqual(client.told(), ['alice', 'bob', 'ready'])
  client.subscribeToAll()
  client.work()
  assert.deepEqual(client.told(), ['alice', 'bob', 'ready'])
})

test('no step looks through all the users of other tenants', () => {
  const others = Array.from({ length: 1_000 }, (_, index) => stateOf('rival', `u-${index}`))
  const client = connectionOver([...others, stateOf('demo', 'alice')])
  client.subscribeToAll()
  assert.ok(Math.max(...client.work()) <= 128)
  assert.deepEqual(client.told(), ['alice', 'ready'])
})
