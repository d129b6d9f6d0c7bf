import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogError } from '@watchword/event-log'
import { createMemoryStateStore } from './memory-state-store.ts'
import { adderStage } from './testing/adder-stage.ts'
import { openWorld, textOf, until, untilSettled } from './testing/world.ts'

/** A later build that says everything otherwise. */
const otherStage: typeof adderStage = {
  ...adderStage,
  fold(state, input, context) {
    return adderStage.fold(state, { ...input, amount: input.amount * 6 }, context)
  },
}

test('a new build says nothing otherwise that an older one has said, and goes on from there', async () => {
  const world = openWorld()
  await world.send(['a:1', 'a:2', 'b:3'])
  const first = await world.run()
  await untilSettled(first, 3)
  await world.send(['a:3'])
  await untilSettled(first, 4)
  await first.stop()
  const spread = (await Promise.all([0, 1].map((partition) => world.readAll('spread', partition)))).flat()
  const second = await world.run({ stage: otherStage, store: createMemoryStateStore() })
  await untilSettled(second, 4)
  await world.send(['a:1'])
  await untilSettled(second, 5)
  await second.stop()
  const sums = (await world.readAll('sum')).map(({ value }) => textOf(value))
  assert.deepEqual(sums, ['1', '3', '3', '6', '42'])
  const spreadAfter = (await Promise.all([0, 1].map((partition) => world.readAll('spread', partition)))).flat()
  const early = ({ headers }: (typeof spread)[number]) => /^adder\/0\/[0-2]\//.test(headers['ww-source'] ?? '')
  assert.deepEqual(spreadAfter.filter(early), spread.filter(early))
  assert.deepEqual(world.faults, [])
  await world.log.close()
})

test('stopping does not wait for ever for a log that is gone, and the next start says what was given up', async () => {
  const world = openWorld()
  await world.send(['a:1', 'a:2'])
  const log = { ...world.log, append: () => Promise.reject(new LogError('log-unavailable', 'gone')) }
  let folded = 0
  const stage: typeof adderStage = {
    ...adderStage,
    fold(state, input, context) {
      folded += 1
      return adderStage.fold(state, input, context)
    },
  }
  const first = await world.run({ log, stage })
  await until(() => folded === 2)
  const stopping = first.stop()
  await until(() => {
    world.clock.advance(1000)
    return first.progress().size === 0
  })
  await stopping
  assert.equal(world.store.position(0), undefined)
  const second = await world.run()
  await untilSettled(second, 2)
  await second.stop()
  assert.deepEqual(
    (await world.readAll('sum')).map(({ value }) => textOf(value)),
    ['1', '3'],
  )
  assert.deepEqual(world.faults, [])
  await world.log.close()
})

test('a partition that goes to another member is saved first, and nothing is lost or said twice', async () => {
  const world = openWorld()
  const stores = [createMemoryStateStore(), createMemoryStateStore()] as const
  const first = await world.run({ store: stores[0] })
  await world.send(['a:1'], 0)
  await world.send(['a:1'], 1)
  await untilSettled(first, 1, 0)
  await untilSettled(first, 1, 1)
  const second = await world.run({ store: stores[1] })
  await until(() => first.progress().size === 1 && second.progress().size === 1)
  await world.send(['a:2'], 0)
  await world.send(['a:2'], 1)
  const runnerOf = (partition: number) => (first.progress().has(partition) ? first : second)
  await untilSettled(runnerOf(0), 2, 0)
  await untilSettled(runnerOf(1), 2, 1)
  await second.stop()
  await until(() => first.progress().size === 2)
  await first.stop()
  for (const partition of [0, 1]) {
    assert.deepEqual(
      (await world.readAll('sum', partition)).map(({ value }) => textOf(value)),
      ['1', '3'],
    )
  }
  assert.deepEqual(world.faults, [])
  await world.log.close()
})
