import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InScene } from './contract-harness.ts'
import { collect, numbered, record, rejectsWith, textOf, until } from './facts.ts'

const upTo = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => String(at))

/** What is promised to who tails. */
export function tailCases(inScene: InScene): void {
  describe('tail', () => {
    it(
      'delivers every record once from the beginning, also while appends go on',
      inScene(async ({ log, events }) => {
        await log.append(numbered(events.name, 2, 0, 1500))
        const { records, tail } = await collect(log, [events.name], 'begin')
        for (let call = 0; call < 20; call += 1) await log.append(numbered(events.name, 2, 1500 + call * 25, 25))
        await until(() => records.length >= 2000, 'all records are delivered')
        assert.deepEqual(records.map(textOf), upTo(2000))
        assert.equal(tail.position(events.name, 2), (await log.ends(events.name))[2])
        await tail.stop()
      }),
    )

    it(
      'delivers every record once to who gathers',
      inScene(async ({ log, events }) => {
        await log.append(numbered(events.name, 2, 0, 1500))
        const { records, tail } = await collect(log, [events.name], 'begin', { gatherMs: 20 })
        await tail.caughtUp
        for (let call = 0; call < 20; call += 1) await log.append(numbered(events.name, 2, 1500 + call * 25, 25))
        await until(() => records.length >= 2000, 'all records are delivered')
        assert.deepEqual(records.map(textOf), upTo(2000))
        await tail.stop()
      }),
    )

    it(
      'delivers from the end only what comes after',
      inScene(async ({ log, events, states }) => {
        await log.append(numbered(events.name, 0, 0, 5))
        const { records, tail } = await collect(log, [events.name, states.name], 'end')
        await tail.caughtUp
        await log.append([record(events.name, 'k', 'new', { partition: 0 }), record(states.name, 's', 'state')])
        await until(() => records.length >= 2, 'both records are delivered')
        assert.deepEqual(new Set(records.map(textOf)), new Set(['new', 'state']))
        await tail.stop()
      }),
    )

    it(
      'delivers from the offsets named',
      inScene(async ({ log, events }) => {
        const positions = await log.append(numbered(events.name, 3, 0, 10))
        const named = positions[6]?.offset ?? 0
        const { records, tail } = await collect(log, [events.name], (_topic, partition) =>
          partition === 3 ? named : 0,
        )
        await tail.caughtUp
        assert.deepEqual(records.map(textOf), ['6', '7', '8', '9'])
        await tail.stop()
      }),
    )

    it(
      'refuses to begin beyond the end, where records must have been lost',
      inScene(async ({ log, events }) => {
        await log.append(numbered(events.name, 0, 0, 3))
        await rejectsWith(
          'log-corrupt',
          collect(log, [events.name], () => 1000),
        )
      }),
    )

    it(
      'is caught up only when what was there has been handled',
      inScene(async ({ log, events }) => {
        await log.append([...numbered(events.name, 0, 0, 1200), ...numbered(events.name, 1, 0, 10)])
        let handled = 0
        const tail = await log.tail({
          topics: [events.name],
          from: 'begin',
          async onRecords(records) {
            await new Promise(setImmediate)
            handled += records.length
          },
          onError: (error) => assert.fail(error),
        })
        await tail.caughtUp
        assert.equal(handled, 1210)
        await tail.stop()
      }),
    )

    it(
      'holds the next batch of a partition back until the promise resolves',
      inScene(async ({ log, events }) => {
        let release = (): void => {}
        const batches: number[] = []
        const tail = await log.tail({
          topics: [events.name],
          from: 'begin',
          onRecords(records) {
            batches.push(records.length)
            return new Promise((resolve) => {
              release = resolve
            })
          },
          onError: (error) => assert.fail(error),
        })
        await log.append(numbered(events.name, 0, 0, 1))
        await until(() => batches.length === 1, 'the first batch is delivered')
        await log.append(numbered(events.name, 0, 1, 4))
        const other = await collect(log, [events.name], 'begin')
        await until(() => other.records.length === 5, 'another reader has all of it')
        assert.deepEqual(batches, [1])
        release()
        await until(() => batches.length === 2, 'the next batch is delivered')
        release()
        await Promise.all([tail.stop(), other.tail.stop()])
      }),
    )

    it(
      'delivers nothing after stop',
      inScene(async ({ log, events }) => {
        const stopped = await collect(log, [events.name], 'end')
        await stopped.tail.caughtUp
        await stopped.tail.stop()
        const { records, tail } = await collect(log, [events.name], 'end')
        await tail.caughtUp
        await log.append(numbered(events.name, 0, 0, 3))
        await until(() => records.length === 3, 'another reader has them')
        assert.deepEqual(stopped.records, [])
        await tail.stop()
      }),
    )

    it(
      'ends with the fault of its reader, told once',
      inScene(async ({ log, events }) => {
        const faults: string[] = []
        let calls = 0
        await log.append(numbered(events.name, 0, 0, 1))
        const tail = await log.tail({
          topics: [events.name],
          from: 'begin',
          onRecords() {
            calls += 1
            throw new Error('reader broke')
          },
          onError: (error) => void faults.push(error.message),
        })
        await until(() => faults.length > 0, 'the fault is told')
        await log.append(numbered(events.name, 0, 1, 1))
        const { records, tail: other } = await collect(log, [events.name], 'begin')
        await until(() => records.length === 2, 'another reader has them')
        assert.deepEqual([faults, calls], [['reader broke'], 1])
        await assert.rejects(tail.caughtUp, /reader broke/)
        await Promise.all([tail.stop(), other.stop()])
      }),
    )
  })
}
