import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogError } from '@watchword/event-log'
import { createMemoryStateStore } from './memory-state-store.ts'
import { adderStage } from './testing/adder-stage.ts'
import { openWorld, until, untilSettled, type World, textOf } from './testing/world.ts'

/** A later build that can read and fold everything. */
const tolerantStage = {
  ...adderStage,
  decode: () => ({ amount: 2, at: 0 }),
}

async function stateOf(world: World, key: string): Promise<unknown> {
  const found = Array.from(world.store.rows(0)).find(([each]) => each === key)
  return Promise.resolve(found && JSON.parse(textOf(found[1])))
}

test('a record that cannot be decoded goes to the dead letters untouched, and its key is degraded', async () => {
  const world = openWorld()
  await world.send(['a:1'])
  await world.send(['a:secret!'], 0, { ce_id: 'x', 'ww-source': 'other/0/7/0' })
  await world.send(['a:4'])
  const runner = await world.run()
  await untilSettled(runner, 3)
  await runner.stop()
  const [letter, ...others] = await world.readAll('in.dlq')
  assert.equal(others.length, 0)
  assert.equal(letter?.key, 'a')
  assert.equal(textOf(letter?.value), 'secret!')
  const { 'dlq.error.message': message, ...headers } = letter?.headers ?? {}
  assert.deepEqual(headers, {
    ce_id: 'x',
    'dlq.original.topic': 'in',
    'dlq.original.partition': '0',
    'dlq.original.offset': '1',
    'dlq.original.timestamp': '1000000',
    'dlq.consumer.group': 'watchword.adder',
    'dlq.error.class': 'SyntaxError',
    'dlq.error.stage': 'decode',
  })
  assert.match(message ?? '', /^decode threw SyntaxError at /)
  assert.doesNotMatch(message ?? '', /secret/)
  assert.deepEqual(await stateOf(world, 'a'), { sum: 5, count: 2, degraded: true, time: 0 })
  await world.log.close()
})

test('poison that is too large for a dead letter is named by one, and the partition goes on', async () => {
  const world = openWorld()
  await world.send(['a:1', `a:${'x'.repeat(999_900)}`])
  await world.send(['a:bad'], 0, { large: 'x'.repeat(999_700) })
  await world.send(['a:4'])
  const runner = await world.run()
  await untilSettled(runner, 4)
  await runner.stop()
  assert.deepEqual(world.faults, [])
  const letters = (await world.readAll('in.dlq')).map(({ key, value, headers }) => ({
    key,
    value: textOf(value),
    bytes: headers['dlq.original.bytes'],
    offset: headers['dlq.original.offset'],
    large: headers['large'],
  }))
  assert.deepEqual(letters, [
    { key: 'a', value: '', bytes: '999900', offset: '1', large: undefined },
    { key: 'a', value: '', bytes: '3', offset: '2', large: undefined },
  ])
  assert.deepEqual(await stateOf(world, 'a'), { sum: 5, count: 2, degraded: true, time: 0 })
  await world.log.close()
})

test('a record under a key that is too long for anything of ours is poison, whatever it says, and the partition goes on', async () => {
  const world = openWorld()
  const key = 'k'.repeat(999_900)
  await world.send([`${key}:2`, `${key}:bad`, 'a:4'])
  const runner = await world.run()
  await untilSettled(runner, 3)
  await runner.save()
  await runner.stop()
  assert.deepEqual(world.faults, [])
  assert.equal((await world.readAll('in.dlq')).length, 2)
  assert.deepEqual(
    Array.from(world.store.rows(0), ([each]) => each),
    ['a'],
  )
  await world.log.close()
})

test('what was poison once stays poison for a build that could fold it, with its state kept or lost', async () => {
  const world = openWorld()
  await world.send(['a:1', 'a:bad', 'b:666'])
  const first = await world.run()
  await untilSettled(first, 3)
  await first.stop()
  const expected = Array.from(world.store.rows(0), ([key, value]) => [key, textOf(value)])
  const rebuilt = createMemoryStateStore()
  const second = await world.run({ stage: tolerantStage, store: rebuilt })
  await untilSettled(second, 3)
  await second.stop()
  assert.deepEqual(
    Array.from(rebuilt.rows(0), ([key, value]) => [key, JSON.parse(textOf(value)).degraded]),
    expected.map(([key]) => [key, true]),
  )
  assert.deepEqual(rebuilt.position(0)?.said.poisoned, [1, 2])
  assert.equal((await world.readAll('in.dlq')).length, 2)
  await world.log.close()
})

test('a partition whose dead letter cannot be written stops, and saves nothing beyond it', async () => {
  const world = openWorld()
  const log = {
    ...world.log,
    append: (records: Parameters<typeof world.log.append>[0]) =>
      records.some(({ topic }) => topic === 'in.dlq')
        ? Promise.reject(new LogError('record-invalid', 'refused'))
        : world.log.append(records),
  }
  await world.send(['a:1', 'a:bad', 'a:2'])
  const runner = await world.run({ log })
  await until(() => world.faults.length > 0)
  assert.equal(world.faults[0]?.code, 'dead-letter-failed')
  assert.equal(runner.progress().get(0)?.fault, 'dead-letter-failed')
  await world.send(['a:3'])
  await runner.stop()
  assert.deepEqual(
    (await world.readAll('sum')).map(({ value }) => textOf(value)),
    ['1'],
  )
  assert.equal(world.store.position(0), undefined)
  await world.log.close()
})

test('a build that cannot fold too many records stops the partition, and a mended one goes on', async () => {
  const world = openWorld()
  await world.send(Array.from({ length: 12 }, (_, index) => `a:bad${index}`))
  await world.send(['a:1'], 1)
  const runner = await world.run()
  await until(() => world.faults.length > 0)
  await untilSettled(runner, 1, 1)
  assert.deepEqual(
    world.faults.map(({ code }) => code),
    ['too-many-poison'],
  )
  assert.equal(runner.progress().get(0)?.fault, 'too-many-poison')
  await runner.stop()
  const again = await world.run()
  await until(() => world.faults.length > 1)
  await again.stop()
  assert.ok((await world.readAll('in.dlq')).length <= 9)
  const mended = await world.run({ stage: tolerantStage })
  await untilSettled(mended, 12)
  await mended.stop()
  await world.log.close()
})

test('a degrade that throws stops the partition rather than forget the record', async () => {
  const world = openWorld()
  await world.send(['a:bad'])
  const stage = {
    ...adderStage,
    degrade: () => {
      throw new Error('no')
    },
  }
  const runner = await world.run({ stage })
  await until(() => world.faults.length > 0)
  assert.equal(world.faults[0]?.code, 'degrade-failed')
  await runner.stop()
  await world.log.close()
})

test('a stage that breaks its contract stops the partition, and nothing of it is saved', async () => {
  const world = openWorld()
  await world.send(['a:1', 'b:1'])
  const stage: typeof adderStage = {
    ...adderStage,
    keyOf({ key }) {
      if (key === 'b') throw new TypeError('no')
      return key
    },
  }
  const runner = await world.run({ stage })
  await until(() => world.faults.length > 0)
  assert.equal(world.faults[0]?.code, 'stage-failed')
  await runner.stop()
  assert.equal(world.store.position(0), undefined)
  await world.log.close()
})
