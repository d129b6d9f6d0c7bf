import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type EventLog, LogError } from '@watchword/event-log'
import { createMemoryDisk } from '@watchword/event-log/memory'
import fc from 'fast-check'
import { createMemoryStateStore } from '../memory-state-store.ts'
import type { StateStore } from '../state-store.ts'
import { createMortal } from '../testing/crashing.ts'
import { openMachine, rowsOf, saveRows } from '../testing/machine.ts'
import { quietChangelog } from '../testing/quiet-changelog.ts'
import { openWorld, stateTombstoneRetentionMs, textOf, until, untilSettled, type World } from '../testing/world.ts'
import { withChangelog } from './changelog-store.ts'

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
        const first = openMachine(world, { log: mortal.log(world.log) })
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
        const second = openMachine(world)
        await foldAll(world, second.store, sent.length)
        assert.deepEqual(rowsOf(second.store), rowsOf(whole.store))
        const third = openMachine(world)
        await third.store.prepare(0)
        assert.deepEqual(rowsOf(third.store), rowsOf(whole.store))
        assert.equal(third.store.position(0)?.time, whole.store.position(0)?.time)
        const said = new Set((await world.readAll('sum')).map(({ headers }) => headers['ww-source']))
        assert.equal(said.size, (await whole.readAll('sum')).length)
      },
    ),
    { numRuns: 60 },
  )
})

test('a local state is brought up with what the changelog has beyond it, and read anew only when it is too old for that', async () => {
  const world = openWorld()
  const local = createMemoryStateStore()
  await world.send(['a:1', 'b:2'])
  await foldAll(world, openMachine(world, { local }).store, 2)
  const [known = 0] = await world.log.ends('state')
  await world.send(['a:3', 'b:4', 'c:5', 'b:-1'])
  const other = openMachine(world)
  await foldAll(world, other.store, 6)
  const [end = 0] = await world.log.ends('state')

  const near = openMachine(world, { local })
  await near.store.prepare(0)
  assert.deepEqual(near.restored, [{ partition: 0, records: end - known, ofRecords: end - known, done: true }])
  assert.equal(near.store.position(0)?.nextOffset, 6)
  assert.deepEqual(rowsOf(near.store), rowsOf(other.store))
  const again = openMachine(world, { local })
  await again.store.prepare(0)
  assert.equal(again.restored[0]?.records, 0)
  // By now the changelog may have dropped that a row was forgotten.
  world.clock.advance(stateTombstoneRetentionMs)
  const late = openMachine(world, { local })
  await late.store.prepare(0)
  assert.equal(late.restored[0]?.records, end)
  assert.deepEqual(rowsOf(late.store), rowsOf(other.store))
})

test('what is late when a partition is taken over is written again by whoever takes it over', async () => {
  for (const local of [createMemoryStateStore(), undefined]) {
    const world = openWorld()
    await world.send(['a:1', 'b:2'])
    const zombie = openMachine(world)
    await foldAll(world, zombie.store, 2)
    const position = zombie.store.position(0)
    assert.ok(position !== undefined)
    await world.send(['a:10', 'b:20'])
    const owner = openMachine(world, { ...(local && { local }) })
    await foldAll(world, owner.store, 4)
    const right = await latest(world)
    await zombie.store.save({ partition: 0, position, rows: [['a', Buffer.from('stale')]] })
    assert.notDeepEqual(await latest(world), right)
    const next = openMachine(world, { ...(local && { local }) })
    await next.store.prepare(0)
    assert.deepEqual(next.repaired, [1])
    assert.equal((await latest(world)).get('row:a'), right.get('row:a'))
    assert.deepEqual(rowsOf(next.store), rowsOf(owner.store))
  }
})

test('what a process that lost its partition writes late is written again, at the next save', async () => {
  const world = openWorld()
  await world.send(['a:1', 'b:2'])
  const zombie = openMachine(world)
  await foldAll(world, zombie.store, 2)
  await zombie.store.prepare(0)
  const position = zombie.store.position(0)
  assert.ok(position !== undefined)

  const owner = openMachine(world)
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
  const fresh = openMachine(world)
  await fresh.store.prepare(0)
  assert.deepEqual(rowsOf(fresh.store), rowsOf(owner.store))
})

test('what was found late is still written again when the log does not take it at first', async () => {
  const world = openWorld()
  let failing = 0
  const append: EventLog['append'] = (records) =>
    failing > 0 && records.some(({ topic }) => topic === 'state') && failing-- === 1
      ? Promise.reject(new LogError('log-unavailable', 'gone for a moment'))
      : world.log.append(records)
  const owner = openMachine(world, { log: { ...world.log, append } })
  await owner.store.prepare(0)
  await saveRows(owner.store, 10, { a: 'newest' })
  await saveRows(openMachine(world).store, 5, { a: 'stale' })

  // The save finds the row and cannot write it again.
  failing = 2
  await assert.rejects(saveRows(owner.store, 11, {}), { code: 'log-unavailable' })
  await saveRows(owner.store, 12, {})
  assert.deepEqual(owner.repaired, [1])
  assert.match((await latest(world)).get('row:a') ?? '', /newest/)
})

test('what is written late is written again in time where nothing is saved, and a row forgotten since is forgotten again', async () => {
  const world = openWorld()
  await world.send(['a:1'])
  const zombie = openMachine(world)
  await foldAll(world, zombie.store, 1)
  const position = zombie.store.position(0)
  assert.ok(position !== undefined)
  await world.send(['a:-1', 'b:1'])
  const owner = openMachine(world)
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
  await foldAll(world, openMachine(world).store, 1)
  const other = withChangelog(
    createMemoryStateStore(),
    { topic: 'state', stateVersion: '2', writer: 'x' },
    { ...quietChangelog, log: world.log, clock: world.clock },
  )
  await other.prepare(0)
  assert.equal(other.position(0), undefined)
})

test('rows of a readable layout are restored with those of the present one, by whoever takes over and by a standby', async () => {
  const world = openWorld()
  const former = openMachine(world)
  await former.store.prepare(0)
  await saveRows(former.store, 1, { a: 'former', b: 'former' })
  const open = () =>
    withChangelog(
      createMemoryStateStore(),
      { topic: 'state', stateVersion: '2', readableVersions: ['1'], writer: randomUUID() },
      { ...quietChangelog, log: world.log, clock: world.clock },
    )
  const present = open()
  await present.prepare(0)
  await saveRows(present, 2, { b: 'present' })
  // What a process of the former build, which lost the partition, writes late.
  await saveRows(former.store, 1, { b: 'late' })
  const next = open()
  await next.prepare(0)
  const rows = [
    ['a', 'former'],
    ['b', 'present'],
  ]
  assert.deepEqual([rowsOf(present), rowsOf(next), next.position(0)?.nextOffset], [rows, rows, 2])
})

test('a changelog that is further than the input is a fault, never a state', async () => {
  const world = openWorld()
  await world.send(['a:1', 'a:2'])
  await foldAll(world, openMachine(world).store, 2)
  const disk = createMemoryDisk()
  const shorter = openWorld(disk)
  const state = await world.readAll('state')
  await shorter.log.append(
    state.map(({ partition, key, value, headers }) => ({ topic: 'state', partition, key, value, headers })),
  )
  await shorter.run({ store: openMachine(shorter).store }).catch(() => undefined)
  await until(() => shorter.faults.length > 0)
  assert.equal(shorter.faults[0]?.code, 'state-unrecoverable')
})
