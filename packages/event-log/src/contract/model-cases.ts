import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { EventLog, LogRecord, Member } from '../event-log.ts'
import type { InScene, Scene } from './contract-harness.ts'
import { readAll, record, textOf, until } from './facts.ts'

type Step =
  | Readonly<{ do: 'append'; records: readonly Readonly<{ partition: number; value: string }>[] }>
  | Readonly<{ do: 'commit'; partition: number; behind: number }>
  | Readonly<{ do: 'reopen' }>

const partition = fc.nat({ max: 3 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      records: fc.array(fc.record({ partition, value: fc.string() }), { maxLength: 12 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('commit' as const), partition, behind: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
)

/** The log as four lists and four numbers. */
type Model = { readonly kept: readonly { offset: number; value: string }[][]; readonly committed: number[] }

/** Random histories against the simplest log there can be. */
export function modelCases(inScene: InScene, histories: number): void {
  describe('any history', () => {
    it('leaves the records and positions that the simplest log would have', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), (steps) => inScene((scene) => play(scene, steps))()),
        { numRuns: histories },
      )
    })
  })
}

async function play(scene: Scene, steps: readonly Step[]): Promise<void> {
  const model: Model = { kept: [[], [], [], []], committed: [0, 0, 0, 0] }
  let log = scene.log
  let member = await joinSilently(log, scene, () => {})
  for (const step of steps) {
    if (step.do === 'append') await append(log, scene.events.name, step.records, model)
    else if (step.do === 'commit') await commit(member, step.partition, step.behind, model)
    else {
      await member.stop()
      log = await scene.reopen()
      member = await joinSilently(log, scene, () => {})
    }
  }
  await member.stop()
  for (const [index, kept] of model.kept.entries()) {
    const found = await readAll(log, scene.events.name, index)
    assert.deepEqual(
      found.map((one) => ({ offset: one.offset, value: textOf(one) })),
      kept,
    )
  }
  await checkResume(log, scene, model)
}

async function append(
  log: EventLog,
  topic: string,
  records: readonly Readonly<{ partition: number; value: string }>[],
  model: Model,
): Promise<void> {
  const positions = await log.append(
    records.map((one) => record(topic, 'key', one.value, { partition: one.partition })),
  )
  assert.equal(positions.length, records.length)
  for (const [index, one] of records.entries()) {
    model.kept[one.partition]?.push({ offset: positions[index]?.offset ?? -1, value: one.value })
  }
}

async function commit(member: Member, index: number, behind: number, model: Model): Promise<void> {
  const last = model.kept[index]?.at(-1)
  if (last === undefined) return
  const nextOffset = Math.max(0, last.offset + 1 - behind)
  await member.commit(index, nextOffset)
  model.committed[index] = Math.max(nextOffset, model.committed[index] ?? 0)
}

async function checkResume(log: EventLog, scene: Scene, model: Model): Promise<void> {
  const found: LogRecord[] = []
  const expected = model.kept.flatMap((kept, index) =>
    kept.filter(({ offset }) => offset >= (model.committed[index] ?? 0)),
  )
  const member = await joinSilently(log, scene, (records) => void found.push(...records))
  await until(() => found.length >= expected.length, 'the uncommitted records are delivered')
  await member.stop()
  const byPartition = found.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  assert.deepEqual(
    byPartition.map((one) => ({ offset: one.offset, value: textOf(one) })),
    expected,
  )
}

async function joinSilently(
  log: EventLog,
  scene: Scene,
  onRecords: (records: readonly LogRecord[]) => void,
): Promise<Member> {
  const assigned = new Set<number>()
  const member = await log.join({
    group: scene.group,
    topic: scene.events.name,
    onAssigned: async (index) => {
      assigned.add(index)
      return null
    },
    onRecords: async (_index, records) => onRecords(records),
    onRevoked: async () => {},
    onError: (error) => assert.fail(error),
  })
  await until(() => assigned.size === scene.events.partitions, 'every partition is assigned')
  return member
}
