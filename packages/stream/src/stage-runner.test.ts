import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogError, type EventLog } from '@watchword/event-log'
import { adderStage } from './testing/adder-stage.ts'
import { openWorld, until, untilSettled, textOf } from './testing/world.ts'

test('every input folds once and its outputs follow in order with their marks', async () => {
  const world = openWorld()
  const runner = await world.run()
  await world.send(['a:1', 'b:2', 'a:3'], 0, { traceparent: '00-1-2-00' })
  await untilSettled(runner, 3)
  const said = await world.readAll('sum')
  assert.deepEqual(
    said.map(({ value, headers }) => [textOf(value), headers['ww-source'], headers['ww-last']]),
    [
      ['1', 'adder/0/0/0', '1'],
      ['2', 'adder/0/1/0', undefined],
      ['4', 'adder/0/2/0', undefined],
    ],
  )
  const { 'ww-settled': _, ...headers } = (await world.readAll('latest'))[0]?.headers ?? {}
  assert.deepEqual(headers, {
    ce_specversion: '1.0',
    ce_id: 'adder-0-1-1',
    ce_type: 'test.even',
    ce_source: '/watchword/adder',
    ce_time: '1970-01-01T00:00:00.000Z',
    traceparent: '00-1-2-00',
    'ww-source': 'adder/0/1/1',
    'ww-last': '1',
    'ww-version': '1',
  })
  await runner.stop()
  assert.equal(world.store.position(0)?.nextOffset, 3)
  assert.deepEqual(world.faults, [])
  await world.log.close()
})

test('time never goes back, across restarts and poison', async () => {
  const world = openWorld()
  const times: number[] = []
  const stage: typeof adderStage = {
    ...adderStage,
    fold(state, input, context) {
      times.push(context.time)
      return adderStage.fold(state, input, context)
    },
  }
  await world.send(['a:1@50', 'a:1@20', 'b:bad', 'b:1@40'])
  const first = await world.run({ stage })
  await untilSettled(first, 4)
  await first.stop()
  await world.send(['c:1@10', 'c:1@60'])
  const second = await world.run({ stage })
  await untilSettled(second, 6)
  assert.equal(second.progress().get(0)?.time, 60)
  await second.stop()
  assert.deepEqual(times, [50, 50, 50, 50, 60])
  await world.log.close()
})

test('repeats of an input are dropped, after a restart too, and inputs without a source never are', async () => {
  const world = openWorld()
  const source = (offset: number, index: number) => ({ 'ww-source': `scorer/1/${offset}/${index}` })
  await world.send(['a:1'], 0, source(4, 0))
  await world.send(['a:1'], 0, source(4, 0))
  await world.send(['a:2'], 0, source(4, 1))
  const first = await world.run()
  await untilSettled(first, 3)
  await first.stop()
  await world.send(['a:1'], 0, source(3, 9))
  await world.send(['a:1'], 0, source(4, 1))
  await world.send(['a:10'])
  await world.send(['a:10'])
  const second = await world.run()
  await untilSettled(second, 7)
  await second.stop()
  assert.deepEqual(
    (await world.readAll('sum')).map(({ value }) => textOf(value)),
    ['1', '3', '13', '23'],
  )
  await world.log.close()
})

test('an append that the log could not take is tried again until it is through, in order', async () => {
  const world = openWorld()
  const runner = await world.run()
  await until(() => runner.progress().size === 2)
  let refusals = 3
  const append = world.log.append.bind(world.log)
  world.log.append = (records) => {
    refusals -= records[0]?.topic === 'sum' ? 1 : 0
    return refusals >= 0 && records[0]?.topic === 'sum'
      ? Promise.reject(new LogError('log-unavailable', 'not now'))
      : append(records)
  }
  await world.send(['a:1', 'a:1'])
  await until(() => {
    world.clock.advance(1000)
    return runner.progress().get(0)?.nextOffset === 2
  })
  assert.deepEqual(
    (await world.readAll('sum')).map(({ value }) => textOf(value)),
    ['1', '2'],
  )
  await runner.stop()
  await world.log.close()
})

test('folding pauses while the log does not take the outputs, and goes on when it does', async () => {
  const world = openWorld()
  const gate = Promise.withResolvers<void>()
  const log: EventLog = {
    ...world.log,
    async append(records) {
      await gate.promise
      return world.log.append(records)
    },
  }
  let folded = 0
  const stage: typeof adderStage = {
    ...adderStage,
    fold(state, input, context) {
      folded += 1
      return adderStage.fold(state, input, context)
    },
  }
  await world.send(Array.from({ length: 5000 }, () => 'a:1'))
  const runner = await world.run({ log, stage, config: { pendingOutputsMax: 100, saveEveryRecords: 100 } })
  await until(() => folded > 0)
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(folded <= 500, `${folded} were folded without an answer`)
  assert.equal(world.store.position(0), undefined)
  gate.resolve()
  await untilSettled(runner, 5000)
  await runner.stop()
  assert.equal(folded, 5000)
  await world.log.close()
})

test('state is saved after a while without being asked', async () => {
  const world = openWorld()
  const runner = await world.run()
  await world.send(['a:1'])
  await untilSettled(runner, 1)
  assert.equal(world.store.position(0), undefined)
  world.clock.advance(1000)
  await until(() => world.store.position(0)?.nextOffset === 1)
  await runner.stop()
  await world.log.close()
})

test('a state that the log cannot rebuild is a fault, unless the loss is accepted', async () => {
  const world = openWorld()
  await world.send(['a:1', 'a:2'])
  const log: EventLog = { ...world.log, begins: () => Promise.resolve([1, 0]) }
  const refused = await world.run({ log })
  await until(() => world.faults.length > 0)
  assert.equal(world.faults[0]?.code, 'state-unrecoverable')
  await refused.stop()
  const accepted = await world.run({ log, config: { acceptLoss: true } })
  await untilSettled(accepted, 2)
  await accepted.stop()
  assert.deepEqual(
    (await world.readAll('sum')).map(({ value }) => textOf(value)),
    ['2'],
  )
  await world.log.close()
})

test('a state from beyond the end of the log is folded again rather than believed', async () => {
  const former = openWorld()
  await former.send(['a:1', 'a:2', 'a:3'])
  const first = await former.run()
  await untilSettled(first, 3)
  await first.stop()
  const world = openWorld(undefined, former.store)
  await world.send(['a:7'])
  const runner = await world.run()
  await untilSettled(runner, 1)
  await runner.stop()
  assert.match(textOf(Array.from(world.store.rows(0))[0]?.[1]), /"sum":7/)
  await world.log.close()
})

test('progress tells a partition that moves from one that is silent', async () => {
  const world = openWorld()
  const runner = await world.run()
  await world.send(['a:1'])
  await untilSettled(runner, 1)
  world.clock.advance(500)
  await until(() => runner.progress().get(0)?.silentMs === 0)
  world.clock.advance(400)
  const { silentMs, behindMs, end } = runner.progress().get(0) ?? {}
  assert.deepEqual({ silentMs, behindMs, end }, { silentMs: 400, behindMs: 0, end: 1 })
  await runner.stop()
  await world.log.close()
})

test('a stage that moves and never gets to the end is behind by the clock of its process, whatever the broker takes the time for', async () => {
  const world = openWorld()
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  let hold = false
  const log = {
    ...world.log,
    async append(records: Parameters<typeof world.log.append>[0]) {
      if (hold) await held
      return world.log.append(records)
    },
  }
  const runner = await world.run({ log })
  await world.send(['a:1'])
  await untilSettled(runner, 1)
  world.clock.advance(500)
  await until(() => runner.progress().get(0)?.silentMs === 0)
  hold = true
  // A broker whose clock is an hour ahead of this process.
  world.clock.set(world.clock.now() + 3_600_000)
  await world.send(['a:2', 'a:3'])
  world.clock.set(world.clock.now() - 3_600_000)
  world.clock.advance(500)
  await until(() => runner.progress().get(0)?.end === 3)
  world.clock.advance(400)
  const { behindMs, nextOffset } = runner.progress().get(0) ?? {}
  assert.deepEqual({ behindMs, nextOffset }, { behindMs: 900, nextOffset: 1 })
  letGo()
  await untilSettled(runner, 3)
  assert.equal(runner.progress().get(0)?.behindMs, 0)
  await runner.stop()
  await world.log.close()
})

test('a partition that is assigned while the log does not answer is taken up when it does', async () => {
  const world = openWorld()
  await world.send(['a:1', 'b:2'])
  let refusals = 2
  const log: EventLog = {
    ...world.log,
    async begins(topic) {
      if (refusals === 0) return world.log.begins(topic)
      refusals -= 1
      throw new LogError('log-unavailable', 'away')
    },
  }
  const runner = await world.run({ log })
  await until(() => {
    world.clock.advance(100)
    return runner.progress().get(0)?.nextOffset === 2
  })
  assert.deepEqual(world.faults, [])
  await runner.stop()
  await world.log.close()
})

test('a stage can be stopped while the log does not answer', async () => {
  const world = openWorld()
  let asked = 0
  const log: EventLog = {
    ...world.log,
    async begins() {
      asked += 1
      throw new LogError('log-unavailable', 'away')
    },
  }
  const runner = await world.run({ log })
  await until(() => asked > 0)
  await runner.stop()
  await world.log.close()
})
