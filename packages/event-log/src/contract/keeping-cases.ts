import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InScene } from './contract-harness.ts'
import { collect, numbered, readAll, record, textOf } from './facts.ts'

const version = (number: number): { headers: Record<string, string>; partition: number } => ({
  headers: { 'ww-version': String(number) },
  partition: 0,
})

/** What is kept, and for how long; `maintains` adds the cases in which old records go. */
export function keepingCases(inScene: InScene, maintains: boolean): void {
  describe('keeping', () => {
    it(
      'has all that was acknowledged after reopening, and goes on after it',
      inScene(async ({ log, events, states, reopen }) => {
        const headers = { 'ww-stage': 'profile' }
        await log.append(numbered(events.name, 0, 0, 300))
        await log.append([record(states.name, 'k', 'v', { partition: 1, headers }), record(states.name, 'k', null)])
        const before = await readAll(log, events.name, 0)
        const statesBefore = await readAll(log, states.name, 1)
        const again = await reopen()
        assert.deepEqual(await readAll(again, events.name, 0), before)
        assert.deepEqual(await readAll(again, states.name, 1), statesBefore)
        const [next] = await again.append(numbered(events.name, 0, 300, 1))
        assert.ok((next?.offset ?? 0) > (before.at(-1)?.offset ?? Infinity))
        assert.deepEqual((await readAll(again, events.name, 0)).map(textOf).slice(-2), ['299', '300'])
      }),
    )

    if (!maintains) return

    it(
      'keeps for each key the highest version, not the latest record',
      inScene(async ({ log, states, advance, maintain }) => {
        await log.append([
          record(states.name, 'a', 'a7', version(7)),
          record(states.name, 'b', 'b1', version(1)),
          record(states.name, 'a', 'a5, written late', version(5)),
          record(states.name, 'b', 'b2', version(2)),
          record(states.name, 'plain', 'first', { partition: 0 }),
          record(states.name, 'plain', 'second', { partition: 0 }),
        ])
        advance(120_000)
        await log.append([record(states.name, 'end', 'the last one', { partition: 0 })])
        await maintain()
        assert.deepEqual((await readAll(log, states.name, 0)).map(textOf), ['a7', 'b2', 'second', 'the last one'])
        const { records, tail } = await collect(log, [states.name], 'begin')
        await tail.caughtUp
        assert.deepEqual(records.map(textOf), ['a7', 'b2', 'second', 'the last one'])
        await tail.stop()
      }),
    )

    it(
      'leaves alone what is younger than the compaction lag',
      inScene(async ({ log, states, advance, maintain }) => {
        await log.append([record(states.name, 'k', 'old', version(1))])
        advance(50_000)
        await log.append([record(states.name, 'k', 'young', version(2))])
        await log.append([record(states.name, 'k', 'newest', version(3))])
        advance(20_000)
        await maintain()
        assert.deepEqual((await readAll(log, states.name, 0)).map(textOf), ['young', 'newest'])
      }),
    )

    it(
      'lets a tombstone delete its key, and go itself only after its retention',
      inScene(async ({ log, states, advance, maintain, reopen }) => {
        await log.append([record(states.name, 'k', 'v', version(1)), record(states.name, 'k', null, version(2))])
        advance(120_000)
        await maintain()
        assert.deepEqual((await readAll(log, states.name, 0)).map(textOf), [null])
        advance(3_600_000)
        await maintain()
        assert.deepEqual(await readAll(log, states.name, 0), [])
        const [end] = await log.ends(states.name)
        const again = await reopen()
        assert.equal((await again.ends(states.name))[0], end)
        const [next] = await again.append([record(states.name, 'k', 'anew', version(1))])
        assert.ok((next?.offset ?? 0) >= (end ?? Infinity))
      }),
    )

    it(
      'does not let a tombstone go before an older version that was written after it',
      inScene(async ({ log, states, advance, maintain }) => {
        await log.append([record(states.name, 'k', null, version(9))])
        advance(3_590_000)
        await log.append([record(states.name, 'k', 'zombie', version(3))])
        advance(20_000)
        await maintain()
        assert.deepEqual((await readAll(log, states.name, 0)).map(textOf), [null, 'zombie'])
        advance(120_000)
        await maintain()
        assert.deepEqual(await readAll(log, states.name, 0), [])
      }),
    )

    it(
      'forgets records of a delete topic after its retention, and no younger one',
      inScene(async ({ log, events, advance, maintain, reopen }) => {
        await log.append(numbered(events.name, 0, 0, 1200))
        advance(3_000_000)
        await log.append(numbered(events.name, 0, 1200, 5))
        advance(1_000_000)
        await maintain()
        assert.deepEqual((await readAll(log, events.name, 0)).map(textOf), ['1200', '1201', '1202', '1203', '1204'])
        const [begin] = await log.begins(events.name)
        advance(3_600_000)
        await maintain()
        assert.deepEqual(await readAll(log, events.name, 0), [])
        assert.ok(((await log.begins(events.name))[0] ?? 0) > (begin ?? Infinity))
        const [end] = await log.ends(events.name)
        assert.equal((await (await reopen()).ends(events.name))[0], end)
      }),
    )
  })
}
