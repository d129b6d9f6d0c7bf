import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { sessionGuardDefaults } from '../config.ts'
import { type Client, worldWithSockets } from '../testing/socket-world.ts'

const undrainedMaxSeconds = 60
/** More than the kernel keeps for a client that does not read. */
const floods = 600
const stateBytes = 50_000

/** Two clients that are told 30 MB each; one of them reads. No ping is due that would end the other for its silence. */
async function flooded(t: TestContext) {
  const webSocket = {
    ...sessionGuardDefaults.webSocket,
    undrainedMaxMs: undrainedMaxSeconds * 1_000,
    pingEveryMs: 3_600_000,
  }
  const world = await worldWithSockets(t, { logLevel: 'info', config: { webSocket } })
  await world.demand('alice', { reasonUser: { en: 'x'.repeat(stateBytes) } })
  const [slow, reader] = [world.connect(), world.connect()]
  for (const { socket, subscribe, next } of [slow, reader]) {
    if (socket.readyState !== socket.OPEN) await once(socket, 'open')
    subscribe('alice')
    await next('state')
  }
  slow.socket.pause()
  for (let flood = 0; flood < floods; flood += 1) {
    for (const { subscribe } of [slow, reader]) subscribe('alice')
    await turn()
  }
  await answers(reader)
  const gauged = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await world.metrics.metrics())?.[1])
  return {
    ...world,
    slow,
    reader,
    connections: () => gauged('watchword_ws_connections'),
    /** Lets a second go by. */
    tick: () => world.clock.advance(1_000),
    /** Lets seconds go by until somebody is closed for being too slow, and says how many. */
    tickUntilTooSlow: async (): Promise<number> => {
      for (let seconds = 1; seconds <= 2 * undrainedMaxSeconds; seconds += 1) {
        world.clock.advance(1_000)
        if ((await gauged('watchword_ws_too_slow_total')) === 1) return seconds
      }
      return assert.fail('nobody is too slow')
    },
  }
}

async function answers({ socket, frames, next }: Client): Promise<void> {
  frames.length = 0
  socket.send(JSON.stringify({ type: 'ping', id: 7 }))
  await next('pong')
}

test('a client that takes nothing for too long is closed with 4408, and one that reads is not', async (t) => {
  const { slow, reader, tickUntilTooSlow } = await flooded(t)
  const seconds = await tickUntilTooSlow()
  // Seconds of the machine's clock went by as well.
  assert.ok(seconds > undrainedMaxSeconds / 2 && seconds <= undrainedMaxSeconds + 1, String(seconds))
  slow.socket.resume()
  assert.equal(await slow.closed, 4408)
  await answers(reader)
  assert.equal(reader.socket.readyState, reader.socket.OPEN)
})

test('a client that begins to read again in time is not too slow', async (t) => {
  const { slow, tick } = await flooded(t)
  for (let second = 0; second < undrainedMaxSeconds / 2; second += 1) tick()
  slow.socket.resume()
  await answers(slow)
  for (let second = 0; second < undrainedMaxSeconds; second += 1) tick()
  await answers(slow)
  assert.equal(slow.socket.readyState, slow.socket.OPEN)
})

test('a client that is too slow to see its own end is cut off', async (t) => {
  const { reader, tick, tickUntilTooSlow, connections } = await flooded(t)
  await tickUntilTooSlow()
  assert.equal(await connections(), 2)
  tick()
  while ((await connections()) > 1) await turn()
  await answers(reader)
})
