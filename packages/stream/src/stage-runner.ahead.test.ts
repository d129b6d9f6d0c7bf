import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogError } from '@watchword/event-log'
import { adderStage } from './testing/adder-stage.ts'
import { openWorld, until } from './testing/world.ts'

/** With outputs, and of inputs that lead to nothing. */
const stages = { 'an adder': adderStage, 'a stage that says nothing': { ...adderStage, concerns: () => false } }

for (const [name, stage] of Object.entries(stages)) {
  test(`${name} saves what it has read ahead when it is durable, not before`, async () => {
    const world = openWorld()
    const runner = await world.run({ stage })
    await until(() => runner.progressOf(0) !== undefined)
    world.log.failNextAppend()
    await assert.rejects(world.send(['a:1']), { code: 'log-unavailable' })
    const saving = runner.save()
    assert.deepEqual([await world.log.ends('in'), world.store.position(0)], [[0, 0], undefined])
    await until(async () => (await world.log.ends('in'))[0] === 1)
    await until(() => {
      // What it says of it was refused, too, and is said again.
      world.clock.advance(50)
      return runner.progressOf(0)?.nextOffset === 1
    })
    await saving
    await runner.save()
    assert.equal(world.store.position(0)?.nextOffset, 1)
    await runner.stop()
    assert.deepEqual(world.faults, [])
    await world.log.close()
  })

  test(`${name} stops at once and saves nothing of it when what it has read ahead will never be durable`, async () => {
    const world = openWorld()
    const runner = await world.run({ stage })
    await until(() => runner.progressOf(0) !== undefined)
    world.log.failNextAppend(new LogError('log-corrupt', 'the disk was told to fail for good'))
    await assert.rejects(world.send(['a:1']), { code: 'log-corrupt' })
    await until(() => world.faults.length > 0)
    // The clock stands still: nothing is given up for being late.
    await runner.stop()
    assert.equal(world.store.position(0), undefined)
    assert.ok(world.faults.every(({ code }) => code === 'group-failed' || code === 'append-failed'))
    await world.log.close()
  })
}
