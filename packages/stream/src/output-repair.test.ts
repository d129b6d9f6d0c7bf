import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventLog, LogRecord } from '@watchword/event-log'
import { nextTurn } from './clock.ts'
import { createMemoryStateStore } from './memory-state-store.ts'
import { isAgain, sourceOf } from './source-header.ts'
import { noMetrics, type StageMetrics } from './stage-metrics.ts'
import { createStageRunner, type StageRunner, type StageRunnerConfig, type StageRunnerDeps } from './stage-runner.ts'
import type { StateStore } from './state-store.ts'
import { createGatedLog, oneByOne } from './testing/gated-log.ts'
import { newestStage, newestTopics } from './testing/newest-stage.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { textOf, until } from './testing/world.ts'
import { createMemoryLog } from '@watchword/event-log/memory'

/** One stage that says in a compacted topic what it was told last of each key. */
function openWorld() {
  const clock = createManualClock()
  const log = createMemoryLog({ topics: newestTopics }, { now: () => clock.now() })
  const reads: string[] = []
  const counted: EventLog = {
    ...log,
    read(topic, ...place) {
      reads.push(topic)
      return log.read(topic, ...place)
    },
  }
  let repaired = 0
  const failures: unknown[] = []
  const metrics: StageMetrics = {
    ...noMetrics,
    repaired: (records) => (repaired += records),
    repairFailed: (error) => void failures.push(error),
  }
  return {
    clock,
    log,
    reads,
    failures,
    repaired: () => repaired,
    run: (
      store: StateStore = createMemoryStateStore(),
      config: StageRunnerConfig = {},
      own: Partial<Pick<StageRunnerDeps, 'log' | 'clock'>> = {},
    ): Promise<StageRunner> =>
      createStageRunner(newestStage, config, { log: counted, store, clock, metrics, onFatal: assert.fail, ...own }),
    /** Resolves when the runner, if one is given, has said what follows. */
    async tell(runner: StageRunner | null, ...told: readonly string[]): Promise<void> {
      const places = await log.append(
        told.map((text) => ({ topic: 'told', partition: 0, key: 'k', value: Buffer.from(text) })),
      )
      const end = (places.at(-1)?.offset ?? 0) + 1
      await until(() => runner === null || (runner.progressOf(0)?.nextOffset ?? 0) >= end)
    },
    said: () => log.read('newest', 0, 0, 1000),
    /** The same record as it was, by whoever lost the partition. */
    async writeLate(...records: readonly LogRecord[]): Promise<void> {
      await log.append(
        records.map(({ topic, partition, key, value, headers }) => ({ topic, partition, key, value, headers })),
      )
    },
    async look(of = clock): Promise<void> {
      of.advance(10_000)
      for (let turn = 0; turn < 50; turn += 1) await nextTurn()
    },
  }
}

const textsOf = (records: readonly LogRecord[]): readonly string[] => records.map(({ value }) => textOf(value))

test('a late record is found though nothing more is said, and only what it overtook is said again, as it was', async () => {
  const world = openWorld()
  const runner = await world.run()
  await world.tell(runner, 'a 1', 'b 1', 'a 2')
  const [a1, b1, a2] = await world.said()
  assert.ok(a1 !== undefined && b1 !== undefined && a2 !== undefined)
  await world.writeLate(a1)
  await world.writeLate(b1)
  await world.look()
  const all = await world.said()
  assert.deepEqual(textsOf(all), ['a 1', 'b 1', 'a 2', 'a 1', 'b 1', 'a 2'])
  const again = all.at(-1)
  assert.ok(again !== undefined && isAgain(again))
  assert.deepEqual(again.headers, { ...a2.headers, 'ww-again': '1' })
  await world.look()
  assert.equal((await world.said()).length, 6)
  assert.equal(world.repaired(), 1)
  await runner.stop()
})

test('where nobody else writes, nothing is read', async () => {
  const world = openWorld()
  const runner = await world.run()
  await world.tell(runner, 'a 1', 'b 1')
  world.reads.splice(0)
  await world.look()
  await world.tell(runner, 'a 2')
  await world.look()
  assert.deepEqual(world.reads, [])
  await runner.stop()
})

test('an append that reached the log twice is looked at, and nothing is said again', async () => {
  const world = openWorld()
  const runner = await world.run()
  await world.tell(runner, 'a 1', 'b 1', 'a 2', 'b 2')
  await world.writeLate(...(await world.said()))
  await world.tell(runner, 'c 1')
  await world.look()
  assert.equal(world.repaired(), 0)
  world.reads.splice(0)
  await world.look()
  assert.deepEqual(world.reads, [])
  await runner.stop()
})

test('what nobody looked at while the partition changed hands is found by the next owner, with and without a state', async () => {
  for (const hasState of [true, false]) {
    const world = openWorld()
    const store = createMemoryStateStore()
    const first = await world.run(store)
    await world.tell(first, 'a 1', 'a 2')
    const [a1] = await world.said()
    assert.ok(a1 !== undefined)
    await world.writeLate(a1)
    await world.tell(first, 'b 1')
    await first.stop()
    const second = await world.run(...(hasState ? [store] : []))
    await until(() => second.progressOf(0)?.nextOffset === 3)
    await world.look()
    assert.deepEqual(textsOf(await world.said()), ['a 1', 'a 2', 'a 1', 'b 1', 'a 2'])
    await second.stop()
  }
})

test('what was said after somebody who is ahead is found by the next owner, who takes that for said', async () => {
  const told = ['a 0', 'b 1', 'a 2', 'b 3', 'a 4', 'c 5', 'c 6'] as const
  const whole = openWorld()
  const undisturbed = await whole.run()
  await whole.tell(undisturbed, ...told)
  const all = await whole.said()
  await undisturbed.stop()

  const world = openWorld()
  const store = createMemoryStateStore()
  const gate = createGatedLog(world.log)
  const clock = createManualClock()
  const first = await world.run(store, { pendingOutputsMax: 1 }, { log: oneByOne(gate.log), clock })
  await world.tell(first, ...told.slice(0, 2))
  gate.hold()
  await world.tell(null, ...told.slice(2))
  await world.writeLate(...all.slice(2, 5))
  await world.look(clock)
  gate.let(1)
  await until(() => store.position(0)?.nextOffset === 3)
  const saving = first.save()
  gate.let(1)
  await saving
  assert.deepEqual(textsOf(await world.said()), ['a 0', 'b 1', 'a 2', 'b 3', 'a 4', 'a 2', 'b 3'])
  assert.equal(store.position(0)?.said.spots['newest']?.offset, 2)
  // From here on the first one does nothing more: its clock stands still, and no append of it gets through.
  await world.writeLate(...all.slice(5))
  const second = await world.run(store, { group: 'second' })
  await until(() => second.progressOf(0)?.nextOffset === told.length)
  await world.look()
  assert.deepEqual(textsOf(await world.said()).slice(7), ['c 5', 'c 6', 'a 4'])
  await second.stop()
})

test('a look that fails is counted and made again', async () => {
  const world = openWorld()
  const runner = await world.run()
  await world.tell(runner, 'a 1', 'a 2')
  const [a1] = await world.said()
  assert.ok(a1 !== undefined)
  await world.writeLate(a1)
  world.log.failNextAppend()
  await world.look()
  assert.deepEqual([world.failures.length, world.repaired()], [1, 0])
  await world.look()
  assert.deepEqual([world.failures.length, world.repaired()], [1, 1])
  assert.equal(sourceOf((await world.said()).at(-1)?.headers ?? {})?.offset, 1)
  await runner.stop()
})

test('a stage reads no compacted topic', async () => {
  const { log, clock } = openWorld()
  const deps = { log, clock, store: createMemoryStateStore(), onFatal: assert.fail }
  await assert.rejects(createStageRunner({ ...newestStage, input: 'newest' }, {}, deps), { code: 'input-compacted' })
})
