import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { WebSocket } from 'ws'
import { createOutbox, type Job } from './outbox.ts'

/** A socket whose peer reads when it is told to. */
function stubbornSocket() {
  let callbacks: (() => void)[] = []
  const texts: string[] = []
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send(text: string, sent: () => void) {
      texts.push(text)
      socket.bufferedAmount += text.length
      callbacks.push(sent)
    },
  }
  const drain = (): void => {
    socket.bufferedAmount = 0
    const due = callbacks
    callbacks = []
    for (const callback of due) callback()
  }
  return { socket: socket as unknown as WebSocket, texts, drain }
}

type Step = Readonly<{ do: 'change' | 'drain' | 'pump' | 'ping'; user: string }>

const steps = fc.array(
  fc.record({
    do: fc.constantFrom<Step['do']>('change', 'change', 'change', 'drain', 'pump', 'ping'),
    user: fc.constantFrom('a', 'b'),
  }),
  { maxLength: 120 },
)

test('however slowly a client reads, it ends with the newest state and never goes back', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 60 }), (script, coalesceAboveBytes) => {
      const truth = new Map([
        ['a', 0],
        ['b', 0],
      ])
      const { socket, texts, drain } = stubbornSocket()
      const stateOf = (user: string) => ({ seq: truth.get(user) ?? 0, text: `${user}:${truth.get(user) ?? 0}` })
      const deps = { socket, stateOf, follows: () => true, wake: () => undefined }
      const outbox = createOutbox({ coalesceAboveBytes }, deps)
      for (const user of truth.keys()) outbox.push({ kind: 'state', user })
      const pump = (): void => {
        while (outbox.step());
      }
      for (const step of script) {
        if (step.do === 'drain') drain()
        else if (step.do === 'pump') pump()
        else if (step.do === 'ping') {
          const asked = [...truth].map(([user, seq]) => `${user}:${seq}`).join(',')
          outbox.push({ kind: 'pong', text: () => `pong ${asked}` })
        } else {
          const seq = (truth.get(step.user) ?? 0) + 1
          truth.set(step.user, seq)
          outbox.push({ kind: 'event', user: step.user, seq, text: `${step.user}:${seq}`, sent: () => undefined })
        }
      }
      for (let round = 0; round < 300; round += 1) {
        drain()
        pump()
      }
      const known = new Map<string, number>()
      for (const text of texts) {
        if (text.startsWith('pong ')) {
          // A pong comes after everything that was older than its ping.
          for (const [user = '', seq] of text
            .slice(5)
            .split(',')
            .map((part) => part.split(':')))
            assert.ok((known.get(user) ?? -1) >= Number(seq), text)
          continue
        }
        const [user = '', seq] = text.split(':')
        assert.ok(Number(seq) > (known.get(user) ?? -1) || Number(seq) === known.get(user))
        known.set(user, Number(seq))
      }
      assert.deepEqual(known, truth)
      const changed = new Set(script.flatMap((step) => (step.do === 'change' ? [step.user] : [])))
      assert.ok(outbox.remembered <= truth.size - changed.size)
    }),
  )
})

test('a client that does not read is told nothing twice and holds no memory of every event', () => {
  const { socket, texts, drain } = stubbornSocket()
  let seq = 0
  const outbox = createOutbox(
    { coalesceAboveBytes: 15 },
    { socket, stateOf: () => ({ seq, text: `state ${seq}` }), follows: () => true, wake: () => undefined },
  )
  const event = (): Job => ({
    kind: 'event',
    user: 'a',
    seq: (seq += 1),
    text: `event ${seq} ${'x'.repeat(20)}`,
    sent: () => undefined,
  })
  outbox.push(event())
  while (outbox.step());
  for (let count = 0; count < 10_000; count += 1) outbox.push(event())
  assert.equal(outbox.step(), false)
  assert.equal(outbox.tick(), 1)
  assert.equal(outbox.tick(), 2)
  drain()
  while (outbox.step());
  assert.deepEqual(texts.slice(1), ['state 10001'])
  assert.equal(outbox.tick(), 0)
})

test('of many users only those are remembered whose state was told ahead of its events, and who are still followed', () => {
  const users = Array.from({ length: 1_000 }, (_, index) => `user-${index}`)
  const { socket, texts, drain } = stubbornSocket()
  let followed = new Set(users)
  const outbox = createOutbox(
    { coalesceAboveBytes: 15 },
    {
      socket,
      stateOf: (user) => ({ seq: 2, text: `state ${user}` }),
      follows: (user) => followed.has(user),
      wake: () => undefined,
    },
  )
  const pump = (): void => {
    while (outbox.step()) drain()
  }
  const tell = (seq: number): void => {
    for (const user of users)
      outbox.push({ kind: 'event', user, seq, text: `event ${seq} of ${user}`, sent: () => undefined })
    drain()
    pump()
  }
  tell(1)
  assert.deepEqual([texts.length, outbox.remembered], [1_000, 0])
  outbox.push({ kind: 'states', users: users.values() })
  pump()
  assert.deepEqual([texts.length, outbox.remembered], [2_000, 1_000])
  tell(2)
  assert.deepEqual([texts.length, outbox.remembered], [2_000, 0], 'the states said it before')
  outbox.push({ kind: 'states', users: users.values() })
  pump()
  followed = new Set(['user-7'])
  outbox.forget('user-8')
  outbox.forget('user-7')
  assert.equal(outbox.remembered, 999)
  outbox.forget()
  assert.equal(outbox.remembered, 1)
})
