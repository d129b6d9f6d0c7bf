import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStateStore } from './memory-state-store.ts'
import { replayStage } from './replay-stage.ts'
import { adderStage } from './testing/adder-stage.ts'
import { openWorld, textOf, untilSettled } from './testing/world.ts'

const picky: typeof adderStage = { ...adderStage, concerns: ({ headers }) => headers['mark'] !== undefined }

test('passes over what does not concern the stage, unread, and settles it with all the rest', async () => {
  const world = openWorld()
  await world.send(['a:unreadable', 'a:666', 'a:5@999'])
  await world.send(['a:1@7'], 0, { mark: '1' })
  await world.send(['a:unreadable'])
  const runner = await world.run({ stage: picky })
  await untilSettled(runner, 5)
  await runner.save()
  assert.deepEqual(
    (await world.readAll('sum')).map(({ value }) => textOf(value)),
    ['1'],
  )
  assert.deepEqual(await world.readAll('in.dlq'), [])
  assert.equal(world.store.position(0)?.nextOffset, 5)
  assert.equal(world.store.position(0)?.time, 7)
  await runner.stop()
  const replayed = [...replayStage(picky, await world.readAll('in'))]
  assert.deepEqual(
    replayed.map(({ record }) => record.offset),
    [3],
  )
  await world.log.close()
})

test('begins with the oldest record kept where the stage needs no earlier ones, and says nothing again', async () => {
  const world = openWorld()
  await world.send(['a:1', 'a:2', 'b:3'])
  const first = await world.run()
  await untilSettled(first, 3)
  await first.stop()
  // As retention would have left it.
  const log = {
    ...world.log,
    begins: async (topic: string) => (topic === 'in' ? [2, 0] : world.log.begins(topic)),
  }
  const second = await world.run({ log, store: createMemoryStateStore(), config: { beginsWith: 'oldest-kept' } })
  await untilSettled(second, 3)
  await world.send(['b:4'])
  await untilSettled(second, 4)
  await second.stop()
  assert.deepEqual(
    (await world.readAll('sum')).map(({ value }) => textOf(value)),
    ['1', '3', '3', '7'],
  )
  assert.deepEqual(world.faults, [])
  await world.log.close()
})
