import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogError } from '@watchword/event-log'
import fc from 'fast-check'
import { nextTurn } from '../clock.ts'
import { createMemoryStateStore } from '../memory-state-store.ts'
import type { StageRunner } from '../stage-runner.ts'
import type { StateStore } from '../state-store.ts'
import { createMortal } from '../testing/crashing.ts'
import { look, openMachine, rowsOf, standbyEveryMs } from '../testing/machine.ts'
import { openWorld, until, untilSettled, type World } from '../testing/world.ts'

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn()
}

async function foldAll(world: World, store: StateStore, end: number): Promise<void> {
  const runner = await world.run({ store })
  await untilSettled(runner, end)
  await runner.stop()
}

/** All that is folded on from. */
function stateOf(store: StateStore): unknown {
  const { followed: _, ahead = {}, ...position } = store.position(0) ?? {}
  return { ...position, ahead: { ...ahead }, rows: rowsOf(store) }
}

async function sendAndSave(world: World, runner: StageRunner, ...sent: readonly string[]): Promise<void> {
  await world.send(sent)
  const [end = 0] = await world.log.ends('in')
  await untilSettled(runner, end)
  await runner.save()
}

const inputs = fc.array(
  fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.integer({ min: -1, max: 9 })).map((pair) => pair.join(':')),
  { minLength: 1, maxLength: 20 },
)

test('what a standby has can be taken over at any moment, wherever the owner dies and the standby starts anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      inputs,
      fc.integer({ min: 1, max: 40 }),
      fc.nat(5),
      fc.array(fc.tuple(fc.nat(12), fc.boolean()), { maxLength: 12 }),
      async (sent, diesAt, kept, looks) => {
        const whole = openWorld()
        await whole.send(sent)
        await foldAll(whole, whole.store, sent.length)

        const world = openWorld()
        const local = createMemoryStateStore()
        let standby = openMachine(world, { local, standbyEveryMs })
        const mortal = createMortal(diesAt, (records) => Math.min(records, kept))
        const owner = openMachine(world, { log: mortal.log(world.log) })
        const runner = await world.run({
          store: owner.store,
          log: mortal.log(world.log),
          config: { group: 'before', saveEveryRecords: 1 },
        })
        const share = Math.ceil(sent.length / (looks.length + 1))
        let begun = 0
        for (const [count, startsAnew] of looks) {
          await world.send(sent.slice(begun, begun + share))
          begun = Math.min(sent.length, begun + share)
          await turns(count)
          world.clock.advance(standbyEveryMs)
          if (!startsAnew) continue
          await standby.store.close()
          standby = openMachine(world, { local, standbyEveryMs })
        }
        await world.send(sent.slice(begun))
        await until(() => mortal.dead || (runner.progress().get(0)?.nextOffset ?? 0) >= sent.length)
        mortal.die()

        await standby.store.prepare(0)
        const scratch = openMachine(world)
        await scratch.store.prepare(0)
        assert.deepEqual(stateOf(standby.store), stateOf(scratch.store))
        await foldAll(world, standby.store, sent.length)
        assert.deepEqual(rowsOf(standby.store), rowsOf(whole.store))
        const fresh = openMachine(world)
        await fresh.store.prepare(0)
        assert.deepEqual(stateOf(fresh.store), stateOf(standby.store))
        const said = new Set((await world.readAll('sum')).map(({ headers }) => headers['ww-source']))
        assert.equal(said.size, (await whole.readAll('sum')).length)
        assert.deepEqual(world.faults, [])
      },
    ),
    { numRuns: 50 },
  )
})

test('a standby writes nothing, whatever it reads', async () => {
  const world = openWorld()
  const log = { ...world.log, append: () => assert.fail('a standby wrote') }
  const standby = openMachine(world, { log, standbyEveryMs })
  const owner = openMachine(world)
  const runner = await world.run({ store: owner.store })
  await sendAndSave(world, runner, 'a:1', 'b:2')
  const position = owner.store.position(0)
  const [a] = owner.store.rows(0)
  assert.ok(position !== undefined && a !== undefined)
  await look(world, standby)
  await sendAndSave(world, runner, 'a:10', 'b:-1')
  await openMachine(world).store.save({ partition: 0, position, rows: [a] })
  await look(world, standby)
  assert.deepEqual(standby.store.position(0)?.followed?.late, ['a'])
  assert.deepEqual(rowsOf(standby.store), rowsOf(owner.store))
  await runner.stop()
})

test('taking over reads what was written since the last look, however large the state is', async () => {
  const world = openWorld()
  const standby = openMachine(world, { standbyEveryMs })
  const owner = openMachine(world)
  const runner = await world.run({ store: owner.store })
  await sendAndSave(world, runner, ...Array.from({ length: 500 }, (_, key) => `key-${key}:1`))
  await look(world, standby)
  await sendAndSave(world, runner, 'key-1:5', 'key-7:5', 'key-1:5')
  await runner.stop()
  await standby.store.prepare(0)
  assert.deepEqual(standby.restored, [{ partition: 0, records: 3, ofRecords: 3, done: true }])
  assert.deepEqual(rowsOf(standby.store), rowsOf(owner.store))
})

test('nothing is followed of a partition while it is held, and again when it is given up', async () => {
  const world = openWorld()
  const standby = openMachine(world, { standbyEveryMs })
  const owner = openMachine(world)
  const runner = await world.run({ store: owner.store })
  await standby.store.prepare(0)
  await sendAndSave(world, runner, 'a:1', 'b:2')
  await look(world, standby)
  assert.equal(standby.store.position(0), undefined)
  await standby.store.release(0)
  await look(world, standby)
  assert.deepEqual(rowsOf(standby.store), rowsOf(owner.store))
  await runner.stop()
})

test('a process that saves late after others took its partition over has what they wrote as soon as it follows', async () => {
  const world = openWorld()
  const zombie = openMachine(world, { standbyEveryMs })
  const first = await world.run({ store: zombie.store })
  await sendAndSave(world, first, 'a:1', 'b:2')
  await first.stop()
  await zombie.store.prepare(0)
  const position = zombie.store.position(0)
  const [a] = zombie.store.rows(0)
  assert.ok(position !== undefined && a !== undefined)
  const owner = openMachine(world)
  const second = await world.run({ store: owner.store })
  await sendAndSave(world, second, 'a:10', 'c:3')
  await zombie.store.save({ partition: 0, position, rows: [a] })
  await zombie.store.release(0)
  await look(world, zombie)
  assert.deepEqual(rowsOf(zombie.store), rowsOf(owner.store))
  await sendAndSave(world, second, 'b:5')
  await look(world, zombie)
  assert.deepEqual(rowsOf(zombie.store), rowsOf(owner.store))
  await second.stop()
})

test('what was written late is not believed, and a standby that starts anew still knows to repair it when it takes over', async () => {
  const world = openWorld()
  const local = createMemoryStateStore()
  const zombie = openMachine(world)
  await world.send(['a:1', 'b:2'])
  await foldAll(world, zombie.store, 2)
  await zombie.store.prepare(0)
  const position = zombie.store.position(0)
  assert.ok(position !== undefined)
  const owner = openMachine(world)
  const runner = await world.run({ store: owner.store })
  await sendAndSave(world, runner, 'a:10')
  const before = openMachine(world, { local, standbyEveryMs })
  await look(world, before)
  await zombie.store.save({ partition: 0, position, rows: [['a', Buffer.from('stale')]] })
  await look(world, before)
  assert.deepEqual(rowsOf(before.store), rowsOf(owner.store))
  await before.store.close()
  const after = openMachine(world, { local, standbyEveryMs })
  await look(world, after)
  await after.store.prepare(0)
  assert.deepEqual(after.repaired, [1])
  assert.deepEqual(rowsOf(after.store), rowsOf(owner.store))
})

test('a look that fails is told and made again', async () => {
  const world = openWorld()
  const owner = openMachine(world)
  const runner = await world.run({ store: owner.store })
  await sendAndSave(world, runner, 'a:1')
  let isAway = true
  const failures: unknown[] = []
  const log = {
    ...world.log,
    ends: (topic: string) => (isAway ? Promise.reject(new LogError('log-unavailable', 'gone')) : world.log.ends(topic)),
  }
  const standby = openMachine(world, { log, standbyEveryMs, onFollowFailed: (error) => void failures.push(error) })
  world.clock.advance(standbyEveryMs)
  await until(() => failures.length === 1)
  isAway = false
  await look(world, standby)
  assert.deepEqual(rowsOf(standby.store), rowsOf(owner.store))
  await runner.stop()
})
