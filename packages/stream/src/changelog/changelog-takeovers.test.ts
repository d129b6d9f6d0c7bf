import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventLog } from '@watchword/event-log'
import fc from 'fast-check'
import { createMemoryStateStore } from '../memory-state-store.ts'
import { boundsOf } from '../read-range.ts'
import type { SavedPosition, StateStore } from '../state-store.ts'
import { quietChangelog } from '../testing/quiet-changelog.ts'
import { openWorld, textOf, until } from '../testing/world.ts'
import { withChangelog } from './changelog-store.ts'
import { restoreState } from './read-changelog.ts'

/** Which key each input is about; the row of a key counts its inputs. */
type Inputs = readonly string[]

/** A machine that folds by hand, so that it can stop anywhere. */
type Machine = Readonly<{
  /** Is given the partition. */
  take: () => Promise<void>
  /** Folds so many inputs, and saves. */
  fold: (count: number) => Promise<void>
  /** Gives the partition up. */
  release: () => Promise<void>
  /** How often it has followed the others to the end. */
  looks: () => number
  rows: () => unknown
}>

const standbyEveryMs = 1000
const nothingSaid = { spots: {}, positions: {}, poisoned: [] }

type World = ReturnType<typeof openCompacted>

function machine(world: World, writer: string, inputs: Inputs, local: StateStore = createMemoryStateStore()): Machine {
  let looks = 0
  const store = withChangelog(
    local,
    { topic: 'state', stateVersion: '1', writer, standbyEveryMs },
    {
      ...quietChangelog,
      log: world.log,
      clock: world.clock,
      onFollowed: ({ records }) => void (looks += records === 0 ? 1 : 0),
    },
  )
  const rows = new Map<string, number>()
  let position: SavedPosition = { nextOffset: 0, time: 0, watermarks: {}, said: nothingSaid }
  return {
    async take() {
      await store.prepare(0)
      position = store.position(0) ?? position
      rows.clear()
      for (const [key, value] of store.rows(0)) rows.set(key, Number(textOf(value)))
    },
    async fold(count) {
      const nextOffset = Math.min(inputs.length, position.nextOffset + count)
      const changed = new Set<string>()
      for (let offset = position.nextOffset; offset < nextOffset; offset += 1) {
        const key = inputs[offset] ?? ''
        if (offset < (position.ahead?.[key] ?? 0)) continue
        rows.set(key, (rows.get(key) ?? 0) + 1)
        changed.add(key)
      }
      position = { ...position, nextOffset }
      await store.save({
        partition: 0,
        position,
        rows: Array.from(changed, (key) => [key, Buffer.from(String(rows.get(key)))] as const),
      })
    },
    release: () => store.release(0),
    looks: () => looks,
    rows: () => Object.fromEntries(Array.from(store.rows(0), ([key, value]) => [key, textOf(value)])),
  }
}

function foldedRows(inputs: Inputs): unknown {
  const keys = [...new Set(inputs)]
  return Object.fromEntries(keys.toSorted().map((key) => [key, String(inputs.filter((each) => each === key).length)]))
}

/** A changelog that is compacted as Kafka does it: of the records below an offset only the last of each key stays, whatever its version. */
function openCompacted() {
  const world = openWorld()
  const gone = new Set<number>()
  const log: EventLog = {
    ...world.log,
    read: async (...place) => (await world.log.read(...place)).filter(({ offset }) => !gone.has(offset)),
  }
  async function compact(share = 1): Promise<void> {
    const records = await world.readAll('state')
    const head = records.slice(0, Math.floor(records.length * share))
    const last = new Map(head.map(({ key, offset }) => [key, offset]))
    for (const { key, offset } of head) if (last.get(key) !== offset) gone.add(offset)
  }
  async function lose(): Promise<void> {
    for (const { offset } of await world.readAll('state')) gone.add(offset)
  }
  return { clock: world.clock, log, compact, lose }
}

test('a machine that comes back behind another one writes nothing older after it', async () => {
  const world = openCompacted()
  const inputs = ['a', 'b', 'a', 'b', 'a', 'b']
  const first = machine(world, 'first', inputs)
  await first.take()
  await first.fold(2)
  const second = machine(world, 'second', inputs)
  await second.take()
  await second.fold(4)
  await first.take()
  await first.fold(1)
  const third = machine(world, 'third', inputs)
  await third.take()
  await third.fold(inputs.length)
  await world.compact()
  const fourth = machine(world, 'fourth', inputs)
  await fourth.take()
  assert.deepEqual(fourth.rows(), foldedRows(inputs))
})

test('what is written late while nobody looks is written again by the next one, whether it restores or has its state', async () => {
  for (const isKept of [true, false]) {
    const world = openCompacted()
    const inputs = ['a', 'a', 'b']
    const zombie = machine(world, 'zombie', inputs)
    await zombie.take()
    const local = createMemoryStateStore()
    const owner = machine(world, 'owner', inputs, local)
    await owner.take()
    await owner.fold(3)
    await zombie.fold(1)
    const next = machine(world, 'next', inputs, isKept ? local : undefined)
    await next.take()
    await world.compact()
    const last = machine(world, 'last', inputs)
    await last.take()
    assert.deepEqual(last.rows(), foldedRows(inputs))
  }
})

test('a changelog that has lost its records gets the whole state again, not changes alone', async () => {
  const world = openCompacted()
  const inputs = ['a', 'b', 'b']
  const local = createMemoryStateStore()
  const before = machine(world, 'before', inputs, local)
  await before.take()
  await before.fold(2)
  await world.lose()
  const after = machine(world, 'after', inputs, local)
  await after.take()
  await after.fold(1)
  const other = machine(world, 'other', inputs)
  await other.take()
  assert.deepEqual(other.rows(), foldedRows(inputs))
})

test('a position that nobody of ours wrote is no position', async () => {
  for (const text of ['no JSON', '{}', 'null', '{"nextOffset":-1.5,"time":0,"watermarks":{},"said":{}}']) {
    const world = openCompacted()
    const inputs = ['a', 'b']
    const owner = machine(world, 'owner', inputs)
    await owner.take()
    await owner.fold(2)
    const headers = { 'ww-layout': '1', 'ww-version': '9', 'ww-writer': 'forged' }
    await world.log.append([{ topic: 'state', partition: 0, key: 'position', value: Buffer.from(text), headers }])
    const next = machine(world, 'next', inputs)
    await next.take()
    assert.deepEqual(next.rows(), foldedRows(inputs))
  }
})

const op = fc.oneof(
  fc.record({ type: fc.constant('take' as const), machine: fc.nat(2) }),
  fc.record({ type: fc.constant('fold' as const), machine: fc.nat(2), count: fc.nat(4) }),
  fc.record({ type: fc.constant('fold' as const), machine: fc.nat(2), count: fc.nat(4) }),
  fc.record({ type: fc.constant('release' as const), machine: fc.nat(2) }),
  fc.record({ type: fc.constant('look' as const) }),
  fc.record({ type: fc.constant('compact' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
)

/** Whoever does not hold the partition follows what the others wrote. */
async function look(world: World, machines: readonly Machine[]): Promise<void> {
  const before = machines.map(({ looks }) => looks())
  world.clock.advance(standbyEveryMs)
  await until(() => machines.every(({ looks }, index) => looks() > (before[index] ?? 0)))
}

/** What somebody without a state would restore; undefined when nothing is saved. */
async function restoredRows({ log }: World): Promise<unknown> {
  const source = { log, topic: 'state', partition: 0, layouts: ['1'] }
  const restored = await restoreState(source, await boundsOf(source), () => undefined)
  return restored && Object.fromEntries(Array.from(restored.rows, ([key, value]) => [key, textOf(value)]))
}

test('whoever takes, follows, folds late and is compacted, in any order, the last one has what the inputs come to', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 }),
      fc.array(op, { maxLength: 25 }),
      async (inputs, ops) => {
        const world = openCompacted()
        const machines = [0, 1, 2].map((index) => machine(world, `w${index}`, inputs))
        const taken = new Set<number>()
        for (const next of ops) {
          if (next.type === 'look') {
            await look(world, machines)
            const restored = await restoredRows(world)
            for (const [index, each] of machines.entries())
              if (restored !== undefined && !taken.has(index)) assert.deepEqual(each.rows(), restored)
          } else if (next.type === 'release') {
            taken.delete(next.machine)
            await machines[next.machine]?.release()
          } else if (next.type === 'compact') {
            // What stands last is looked at within the compaction lag, by whoever owns the partition then.
            const looker = machine(world, `looker${ops.indexOf(next)}`, inputs)
            await looker.take()
            await world.compact(next.share)
          } else if (next.type === 'take') {
            taken.add(next.machine)
            await machines[next.machine]?.take()
          } else if (taken.has(next.machine)) await machines[next.machine]?.fold(next.count)
        }
        const owner = machine(world, 'owner', inputs)
        await owner.take()
        await owner.fold(inputs.length)
        await world.compact()
        const last = machine(world, 'last', inputs)
        for (const each of [...machines, last]) {
          await each.take()
          assert.deepEqual(each.rows(), foldedRows(inputs))
        }
      },
    ),
    { numRuns: 300 },
  )
})
