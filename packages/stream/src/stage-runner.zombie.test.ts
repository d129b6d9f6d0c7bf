import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '@watchword/event-log'
import fc from 'fast-check'
import { withChangelog } from './changelog/changelog-store.ts'
import { nextTurn } from './clock.ts'
import { createCompactedView } from './compacted-view.ts'
import { createMemoryStateStore } from './memory-state-store.ts'
import { isAfter, sourceOf } from './source-header.ts'
import type { StageRunner } from './stage-runner.ts'
import { adderStage } from './testing/adder-stage.ts'
import { createGatedLog, type GatedLog, oneByOne } from './testing/gated-log.ts'
import { type AdderStage, openWorld, textOf, until, type World } from './testing/world.ts'
import { createWatermarks } from './watermark.ts'

/** Says for every input what one of three keys is now; a seven deletes its key. */
const stage: AdderStage = {
  ...adderStage,
  fold(state, { amount }, { offset, time }) {
    const value = amount === 7 ? null : `${amount} of ${offset}`
    return {
      state: { sum: (state?.sum ?? 0) + amount, count: (state?.count ?? 0) + 1, degraded: false, time },
      outputs: [
        { output: 'latest', key: `k${amount % 3}`, value },
        { output: 'sum', key: 'n', value: offset },
      ],
    }
  },
}

type Process = Readonly<{ gate: GatedLog; runner: StageRunner }>

let processes = 0

/** A process that takes itself for the owner: in a group of its own, so that nobody takes its partition from it. */
async function startProcess(world: World): Promise<Process> {
  processes += 1
  const gate = createGatedLog(world.log)
  const about = { topic: 'state', stateVersion: '1', writer: `p${processes}`, reuseWithinRecords: 0 }
  const store = withChangelog(createMemoryStateStore(), about, {
    log: gate.log,
    clock: world.clock,
    onRestoring: () => undefined,
    onRepaired: () => undefined,
    onRepairFailed: (error) => assert.fail(String(error)),
  })
  const config = { group: `g${processes}`, saveEveryRecords: 1, pendingOutputsMax: 2 }
  return { gate, runner: await world.run({ stage, store, log: oneByOne(gate.log), config }) }
}

/** What the broker's compaction leaves: the latest record of each key. */
async function compacted(world: World): Promise<ReadonlyMap<string, LogRecord>> {
  return new Map((await world.readAll('latest')).map((record) => [record.key, record]))
}

/** True when that is the newest version of each key. */
async function isRepaired(world: World): Promise<boolean> {
  const latest = await compacted(world)
  return (await world.readAll('latest')).every(({ key, headers }) => {
    const [last, other] = [sourceOf(latest.get(key)?.headers ?? {}), sourceOf(headers)]
    return last !== undefined && other !== undefined && !isAfter(other, last)
  })
}

function viewOf(records: Iterable<LogRecord>): unknown {
  const view = createCompactedView<string>(
    {},
    { decode: ({ value }) => textOf(value), onUndecodable: () => assert.fail('undecodable') },
  )
  for (const record of records) view.apply(record)
  return new Map(view.entries())
}

/** What a reader who drops repeats takes of an output. */
async function taken(world: World, topic: string): Promise<readonly unknown[]> {
  const watermarks = createWatermarks()
  return (await world.readAll(topic)).flatMap((record) => {
    if (watermarks.isRepeat(record)) return []
    watermarks.advance(record)
    return [[record.key, textOf(record.value)]]
  })
}

async function undisturbed(sent: readonly string[]): Promise<Readonly<{ latest: unknown; outputs: unknown }>> {
  const world = openWorld()
  await world.send(sent)
  const { runner } = await startProcess(world)
  await until(() => (runner.progress().get(0)?.nextOffset ?? 0) >= sent.length)
  await runner.stop()
  return {
    latest: viewOf((await compacted(world)).values()),
    outputs: [await taken(world, 'latest'), await taken(world, 'sum')],
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take-over' as const), count: fc.constant(0) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('write-late' as const), count: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), count: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('turns' as const), count: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass-time' as const), count: fc.integer({ min: 1, max: 12 }) }),
  },
)

test('whatever processes write late that have lost their partition, compaction leaves the newest, and readers miss and double nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.integer({ min: 1, max: 9 }).map((amount) => `a:${amount}`),
        { minLength: 1, maxLength: 40 },
      ),
      fc.array(fc.tuple(step, fc.nat()), { maxLength: 40 }),
      async (inputs, steps) => {
        const world = openWorld()
        let sent = 0
        const send = async (count: number): Promise<void> => {
          await world.send(inputs.slice(sent, sent + count))
          sent = Math.min(inputs.length, sent + count)
        }
        let owner = await startProcess(world)
        const zombies: Process[] = []
        for (const [{ do: what, count }, which] of steps) {
          if (what === 'send' && sent < inputs.length) await send(count)
          if (what === 'take-over') {
            owner.gate.hold()
            zombies.push(owner)
            owner = await startProcess(world)
          }
          if (what === 'write-late') zombies[which % Math.max(1, zombies.length)]?.gate.let(count)
          // As slow as the log is for it.
          if (what === 'write') {
            owner.gate.hold()
            owner.gate.let(count)
          }
          if (what === 'turns') for (let turn = 0; turn < count; turn += 1) await nextTurn()
          if (what === 'pass-time') world.clock.advance(count * 1000)
        }
        if (sent < inputs.length) await send(inputs.length)
        for (const { gate } of zombies) gate.hold()
        owner.gate.release()
        await until(() => (owner.runner.progress().get(0)?.nextOffset ?? 0) >= inputs.length)
        await until(async () => {
          world.clock.advance(10_000)
          await nextTurn()
          return isRepaired(world)
        })
        const expected = await undisturbed(inputs)
        assert.deepEqual(viewOf((await compacted(world)).values()), expected.latest)
        assert.deepEqual([await taken(world, 'latest'), await taken(world, 'sum')], expected.outputs)
        assert.deepEqual(world.faults, [])
      },
    ),
    { numRuns: 100 },
  )
})
