import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '@watchword/event-log'
import { createMemoryDisk } from '@watchword/event-log/memory'
import fc from 'fast-check'
import { createMemoryStateStore } from './memory-state-store.ts'
import type { StateStore } from './state-store.ts'
import { createMortal } from './testing/crashing.ts'
import { openWorld, until, untilSettled, type World, textOf } from './testing/world.ts'
import { createWatermarks } from './watermark.ts'

const input = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: -1, max: 6 }).map(String) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 50 }).map((at) => `2@${at}`) },
  { weight: 1, arbitrary: fc.constantFrom('bad', '666') },
)
const inputs = fc.array(
  fc.tuple(fc.constantFrom('a', 'b', 'c'), input).map(([key, value]) => `${key}:${value}`),
  { minLength: 1, maxLength: 25 },
)
const config = { saveEveryRecords: 4, pendingOutputsMax: 3 }

/** What somebody sees who follows every output and drops repeats. */
async function observed(world: World): Promise<unknown> {
  const watermarks = createWatermarks()
  const seen: unknown[] = []
  for (const topic of ['sum', 'latest', 'spread']) {
    for (const partition of [0, 1]) {
      for (const record of await world.readAll(topic, partition)) {
        if (watermarks.isRepeat(record)) continue
        watermarks.advance(record)
        seen.push([topic, partition, record.key, textOf(record.value), withoutSettled(record)])
      }
    }
  }
  const letters = (await world.readAll('in.dlq')).map(({ headers }) => headers['dlq.original.offset'])
  return { seen, letters: [...new Set(letters)] }
}

function withoutSettled({ headers }: LogRecord): unknown {
  const { 'ww-settled': _, ...others } = headers
  return others
}

function stateOf(store: StateStore): unknown {
  const { said: _, ...position } = store.position(0) ?? { said: null }
  return [position, Array.from(store.rows(0), ([key, value]) => [key, textOf(value)])]
}

async function undisturbed(sent: readonly string[]): Promise<unknown> {
  const world = openWorld()
  await world.send(sent)
  const runner = await world.run({ config })
  await untilSettled(runner, sent.length)
  await runner.stop()
  assert.deepEqual(world.faults, [])
  const result = [await observed(world), stateOf(world.store)]
  await world.log.close()
  return result
}

test('a crash between any two steps changes nothing that a reader who drops repeats can see, and no state', async () => {
  await fc.assert(
    fc.asyncProperty(
      inputs,
      fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(5)), { minLength: 1, maxLength: 3 }),
      async (sent, crashes) => {
        const expected = await undisturbed(sent)
        const disk = createMemoryDisk()
        const store = createMemoryStateStore()
        let world = openWorld(disk, store)
        await world.send(sent)
        for (const [diesAt, kept] of crashes) {
          const mortal = createMortal(diesAt, (records) => Math.min(records, kept))
          const runner = await world.run({ config, log: mortal.log(world.log), store: mortal.store(store) })
          await until(() => mortal.dead || (runner.progress().get(0)?.nextOffset ?? 0) >= sent.length)
          mortal.die()
          disk.inUse = false
          world = openWorld(disk, store)
        }
        const runner = await world.run({ config })
        await untilSettled(runner, sent.length)
        await runner.stop()
        assert.deepEqual(world.faults, [])
        assert.deepEqual([await observed(world), stateOf(store)], expected)
        await world.log.close()
      },
    ),
    { numRuns: 60 },
  )
})

test('a stage whose state is lost is folded again from the beginning and says nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async (sent) => {
      const world = openWorld()
      await world.send(sent)
      const first = await world.run({ config })
      await untilSettled(first, sent.length)
      await first.stop()
      const before = await Promise.all(['sum', 'latest', 'in.dlq'].map((topic) => world.readAll(topic)))
      const rebuilt = createMemoryStateStore()
      const second = await world.run({ config, store: rebuilt })
      await untilSettled(second, sent.length)
      await second.stop()
      const after = await Promise.all(['sum', 'latest', 'in.dlq'].map((topic) => world.readAll(topic)))
      assert.deepEqual(after, before)
      assert.deepEqual(stateOf(rebuilt), stateOf(world.store))
      await world.log.close()
    }),
    { numRuns: 25 },
  )
})
