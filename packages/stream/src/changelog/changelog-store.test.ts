import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventLog, LogError } from '@watchword/event-log'
import { createMemoryDisk } from '@watchword/event-log/memory'
import fc from 'fast-check'
import { createMemoryStateStore } from '../memory-state-store.ts'
import type { StateStore } from '../state-store.ts'
import { createMortal } from '../testing/crashing.ts'
import { openWorld, textOf, until, untilSettled, type World } from '../testing/world.ts'
import { type RestoreProgress, withChangelog } from './changelog-store.ts'

type Machine = Readonly<{ store: StateStore; restored: readonly RestoreProgress[]; repaired: readonly number[] }>

let writers = 0

type MachineOptions = Readonly<{ log?: EventLog; local?: StateStore; reuse?: number }>

/** A machine with an empty disk, or with the state that is given. */
function machine(world: World, options: MachineOptions = {}): Machine {
  const { log = world.log, local = createMemoryStateStore(), reuse = 0 } = options
  const restored: RestoreProgress[] = []
  const repaired: number[] = []
  writers += 1
  const about = { topic: 'state', stateVersion: '1', writer: `w${writers}`, reuseWithinRecords: reuse }
  const store = withChangelog(local, about, {
    log,
    clock: world.clock,
    onRestoring: (progress) => void restored.push(progress),
    onRepaired: (_partition, rows) => void repaired.push(rows),
    onRepairFailed: (error) => assert.fail(String(error)),
  })
  return { store, restored, repaired }
}

function rowsOf(store: StateStore): unknown {
  return Array.from(store.rows(0), ([key, value]) => [key, textOf(value)])
}

/** What a log keeps that compacts by the latest record, as Kafka does: the newest of each key. */
async function latest(world: World): Promise<ReadonlyMap<string, string>> {
  return new Map((await world.readAll('state')).map(({ key, value }) => [key, textOf(value)]))
}

async function foldAll(world: World, store: StateStore, end: number, log?: EventLog): Promise<void> {
  const runner = await world.run({ store, ...(log === undefined ? {} : { log }) })
  await untilSettled(runner, end)
  await runner.stop()
}

const input = fc.tuple(
  fc.constantFrom('a', 'b', 'c', '__proto__'),
  fc.oneof(fc.integer({ min: -1, max: 9 }).map(String), fc.constantFrom('3@9', '3@4', 'bad', '666')),
)
const inputs = fc.array(
  input.map((pair) => pair.join(':')),
  { minLength: 1, maxLength: 20 },
)

test('a machine without a state goes on where another one died, at any step of its saves, as if it had been one', async () => {
  await fc.assert(
    fc.asyncProperty(
      inputs,
      fc.nat(20),
      fc.integer({ min: 1, max: 30 }),
      fc.nat(5),
      async (sent, cut, diesAt, kept) => {
        const whole = openWorld()
        await whole.send(sent)
        await foldAll(whole, whole.store, sent.length)

        const world = openWorld()
        const head = sent.slice(0, Math.max(1, cut))
        await world.send(head)
        const mortal = createMortal(diesAt, (records) => Math.min(records, kept))
        const first = machine(world, { log: mortal.log(world.log) })
        const runner = await world.run({
          store: first.store,
          log: mortal.log(world.log),
          config: { saveEveryRecords: 2 },
        })
        await until(() => mortal.dead || (runner.progress().get(0)?.nextOffset ?? 0) >= head.length)
        if (!mortal.dead) await Promise.race([runner.save(), until(() => mortal.dead)])
        mortal.die()
        void runner.stop()

        const rest = sent.slice(head.length)
        if (rest.length > 0) await world.send(rest)
        const second = machine(world)
        await foldAll(world, second.store, sent.length)
        assert.deepEqual(rowsOf(second.store), rowsOf(whole.store))
        const third = machine(world)
        await third.store.prepare(0, 0)
        assert.deepEqual(rowsOf(third.store), rowsOf(whole.store))
        assert.equal(third.store.position(0)?.time, whole.store.position(0)?.time)
        const said = new Set((await world.readAll('sum')).map(({ headers }) => headers['ww-source']))
        assert.equal(said.size, (await whole.readAll('sum')).length)
      },
    ),
    { numRuns: 60 },
  )
})

test('a local state that is fresh enough is folded on, an older one is restored over', async () => {
  const world = openWorld()
  const local = createMemoryStateStore()
  await world.send(['a:1', 'b:2'])
  await foldAll(world, machine(world, { local }).store, 2)
  await world.send(['a:3', 'b:4', 'c:5'])
  await foldAll(world, machine(world).store, 5)

  const near = machine(world, { local, reuse: 3 })
  await near.store.prepare(0, 0)
  assert.deepEqual([near.restored.length, near.store.position(0)?.nextOffset], [0, 2])
  const far = machine(world, { local, reuse: 2 })
  await far.store.prepare(0, 0)
  assert.deepEqual([far.restored.at(-1)?.done, far.store.position(0)?.nextOffset], [true, 5])
})

test('a local state below what the input still has is restored over, however near it is', async () => {
  const world = openWorld()
  const local = createMemoryStateStore()
  await world.send(['a:1'])
  await foldAll(world, machine(world, { local }).store, 1)
  await world.send(['a:3', 'b:4'])
  await foldAll(world, machine(world).store, 3)
  const near = machine(world, { local, reuse: 100 })
  await near.store.prepare(0, 2)
  assert.equal(near.store.position(0)?.nextOffset, 3)
})

test('what a process that lost its partition writes late is written again, at the next save', async () => {
  const world = openWorld()
  await world.send(['a:1', 'b:2'])
  const zombie = machine(world)
  await foldAll(world, zombie.store, 2)
  await zombie.store.prepare(0, 0)
  const position = zombie.store.position(0)
  assert.ok(position !== undefined)

  const owner = machine(world)
  const runner = await world.run({ store: owner.store })
  await world.send(['a:10', 'b:20'])
  await untilSettled(runner, 4)
  await runner.save()
  const right = await latest(world)
  await zombie.store.save({ partition: 0, position, rows: [['a', Buffer.from('stale')]] })
  assert.notDeepEqual(await latest(world), right)
  assert.deepEqual(zombie.repaired, [], 'who came late leaves what is newer alone')

  await world.send(['c:1'])
  await untilSettled(runner, 5)
  await runner.save()
  await runner.stop()
  assert.deepEqual(owner.repaired, [1])
  assert.equal((await latest(world)).get('row:a'), right.get('row:a'))
  const fresh = machine(world)
  await fresh.store.prepare(0, 0)
  assert.deepEqual(rowsOf(fresh.store), rowsOf(owner.store))
})

test('what was found late is still written again when the log does not take it at first', async () => {
  const world = openWorld()
  let failing = 0
  const append: EventLog['append'] = (records) =>
    failing > 0 && records.some(({ topic }) => topic === 'state') && failing-- === 1
      ? Promise.reject(new LogError('log-unavailable', 'gone for a moment'))
      : world.log.append(records)
  const owner = machine(world, { log: { ...world.log, append } })
  const position = { nextOffset: 10, time: 0, watermarks: {}, said: { spots: {}, positions: {}, poisoned: [] } }
  await owner.store.prepare(0, 0)
  await owner.store.save({ partition: 0, position, rows: [['a', Buffer.from('newest')]] })
  const zombie = machine(world)
  await zombie.store.save({
    partition: 0,
    position: { ...position, nextOffset: 5 },
    rows: [['a', Buffer.from('stale')]],
  })

  // The save finds the row and cannot write it again.
  failing = 2
  await assert.rejects(owner.store.save({ partition: 0, position: { ...position, nextOffset: 11 }, rows: [] }), {
    code: 'log-unavailable',
  })
  await owner.store.save({ partition: 0, position: { ...position, nextOffset: 12 }, rows: [] })
  assert.deepEqual(owner.repaired, [1])
  assert.match((await latest(world)).get('row:a') ?? '', /newest/)
})

test('what is written late is written again in time where nothing is saved, and a row forgotten since is forgotten again', async () => {
  const world = openWorld()
  await world.send(['a:1'])
  const zombie = machine(world)
  await foldAll(world, zombie.store, 1)
  const position = zombie.store.position(0)
  assert.ok(position !== undefined)
  await world.send(['a:-1', 'b:1'])
  const owner = machine(world)
  const runner = await world.run({ store: owner.store })
  await untilSettled(runner, 3)
  await runner.save()
  await zombie.store.save({ partition: 0, position, rows: [['a', Buffer.from('stale')]] })
  world.clock.advance(60_000)
  await until(() => owner.repaired.length > 0)
  assert.equal((await latest(world)).get('row:a'), textOf(null))
  await runner.stop()
})

test('rows of another layout are not restored', async () => {
  const world = openWorld()
  await world.send(['a:1'])
  await foldAll(world, machine(world).store, 1)
  const other = withChangelog(
    createMemoryStateStore(),
    { topic: 'state', stateVersion: '2', writer: 'x' },
    {
      log: world.log,
      clock: world.clock,
      onRestoring: () => assert.fail('nothing is there to restore'),
      onRepaired: () => undefined,
      onRepairFailed: () => undefined,
    },
  )
  await other.prepare(0, 0)
  assert.equal(other.position(0), undefined)
})

test('a changelog that is further than the input is a fault, never a state', async () => {
  const world = openWorld()
  await world.send(['a:1', 'a:2'])
  await foldAll(world, machine(world).store, 2)
  const disk = createMemoryDisk()
  const shorter = openWorld(disk)
  const state = await world.readAll('state')
  await shorter.log.append(
    state.map(({ partition, key, value, headers }) => ({ topic: 'state', partition, key, value, headers })),
  )
  await shorter.run({ store: machine(shorter).store }).catch(() => undefined)
  await until(() => shorter.faults.length > 0)
  assert.equal(shorter.faults[0]?.code, 'state-unrecoverable')
})
