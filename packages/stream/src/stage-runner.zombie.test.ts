import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventLog, LogRecord } from '@watchword/event-log'
import fc from 'fast-check'
import { nextTurn } from './clock.ts'
import { createCompactedView } from './compacted-view.ts'
import type { StageRunner } from './stage-runner.ts'
import type { StateStore } from './state-store.ts'
import { adderStage } from './testing/adder-stage.ts'
import { createGatedLog, type GatedLog, oneByOne } from './testing/gated-log.ts'
import { openMachine, rowsOf } from './testing/machine.ts'
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

type Process = Readonly<{ gate: GatedLog; runner: StageRunner; store: StateStore }>

let processes = 0

/** A process that takes itself for the owner: in a group of its own, so that nobody takes its partition from it. */
async function startProcess(world: World): Promise<Process> {
  processes += 1
  const gate = createGatedLog(world.log)
  const { store } = openMachine(world, { log: gate.log, standbyEveryMs: 1000 })
  const config = { group: `g${processes}`, saveEveryRecords: 1, pendingOutputsMax: 2 }
  return { gate, store, runner: await world.run({ stage, store, log: oneByOne(gate.log), config }) }
}

/** What the broker's compaction leaves of a topic: the latest record of each key. */
async function compacted(world: World, topic: string): Promise<ReadonlyMap<string, LogRecord>> {
  return new Map((await world.readAll(topic)).map((record) => [record.key, record]))
}

const versionOf = (record: LogRecord | undefined): number => Number(record?.headers['ww-version'] ?? -1)

/** True when that is the newest version of each key. Positions need not be: rows say themselves what they are good for. */
async function isRepaired(world: World, topic: string): Promise<boolean> {
  const latest = await compacted(world, topic)
  const records = await world.readAll(topic)
  return records.every((record) => record.key === 'position' || versionOf(record) <= versionOf(latest.get(record.key)))
}

/** The rows that a new machine restores from what compaction leaves. */
async function restored(world: World): Promise<unknown> {
  // At the offsets that they had, as on a broker.
  const left = new Set(Array.from((await compacted(world, 'state')).values(), ({ offset }) => offset))
  const read: EventLog['read'] = async (...place) =>
    (await world.log.read(...place)).filter(({ topic, offset }) => topic !== 'state' || left.has(offset))
  const { store } = openMachine(world, { log: { ...world.log, read } })
  await store.prepare(0)
  return rowsOf(store)
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

async function undisturbed(
  sent: readonly string[],
): Promise<Readonly<{ latest: unknown; outputs: unknown; rows: unknown }>> {
  const world = openWorld()
  await world.send(sent)
  const { runner, store } = await startProcess(world)
  await until(() => (runner.progress().get(0)?.nextOffset ?? 0) >= sent.length)
  await runner.stop()
  return {
    rows: rowsOf(store),
    latest: viewOf((await compacted(world, 'latest')).values()),
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
        fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 9 })).map((pair) => pair.join(':')),
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
        await owner.runner.save()
        await until(async () => {
          world.clock.advance(10_000)
          await nextTurn()
          return (await isRepaired(world, 'latest')) && isRepaired(world, 'state')
        })
        const expected = await undisturbed(inputs)
        assert.deepEqual(viewOf((await compacted(world, 'latest')).values()), expected.latest)
        assert.deepEqual([rowsOf(owner.store), await restored(world)], [expected.rows, expected.rows])
        assert.deepEqual([await taken(world, 'latest'), await taken(world, 'sum')], expected.outputs)
        assert.deepEqual(world.faults, [])
      },
    ),
    { numRuns: 60 },
  )
})
