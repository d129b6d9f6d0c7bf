import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InScene } from './contract-harness.ts'
import { numbered, readAll, record, rejectsWith, textOf } from './facts.ts'

/** What is promised to who appends and reads. */
export function appendCases(inScene: InScene): void {
  describe('append and read', () => {
    it(
      'keeps the order of the calls within a partition',
      inScene(async ({ log, events }) => {
        const calls = Array.from({ length: 20 }, (_, call) => log.append(numbered(events.name, 1, call * 10, 10)))
        const positions = (await Promise.all(calls)).flat()
        const found = await readAll(log, events.name, 1)
        assert.deepEqual(
          found.map(textOf),
          Array.from({ length: 200 }, (_, at) => String(at)),
        )
        assert.deepEqual(
          found.map((kept) => kept.offset),
          positions.map((position) => position.offset),
        )
      }),
    )

    it(
      'puts the same key into the same partition, the one that partitionFor names',
      inScene(async ({ log, events }) => {
        for (const key of ['alice', 'bob', 'tenant:carol', 'Łukasz', '']) {
          const [first] = await log.append([record(events.name, key, 'one')])
          const [second] = await log.append([record(events.name, key, 'two')])
          assert.equal(first?.partition, log.partitionFor(events.name, key))
          assert.equal(second?.partition, first.partition)
          assert.ok(second.offset > first.offset)
        }
      }),
    )

    it(
      'makes exactly the acknowledged records readable, at the positions answered',
      inScene(async ({ log, events, states }) => {
        const positions = await log.append([
          record(events.name, 'a', '1', { partition: 0 }),
          record(states.name, 'b', '2', { partition: 1 }),
          record(events.name, 'c', '3', { partition: 0 }),
        ])
        const [first, second, third] = positions
        const inEvents = await readAll(log, events.name, 0)
        const inStates = await readAll(log, states.name, 1)
        assert.deepEqual(
          inEvents.map((kept) => [kept.offset, textOf(kept)]),
          [
            [first?.offset, '1'],
            [third?.offset, '3'],
          ],
        )
        assert.deepEqual(
          inStates.map((kept) => [kept.offset, textOf(kept)]),
          [[second?.offset, '2']],
        )
        assert.equal((await readAll(log, events.name, 1)).length, 0)
        const ends = await log.ends(events.name)
        assert.ok((ends[0] ?? 0) > (third?.offset ?? Infinity))
      }),
    )

    it(
      'gives back keys, headers, null, empty and large values as they were',
      inScene(async ({ log, states }) => {
        const large = Uint8Array.from({ length: 900_000 }, (_, at) => at % 251)
        const headers = { 'ww-stage': 'profile', ce_id: 'ö"\\', empty: '', __proto: 'x' }
        await log.append([
          { topic: states.name, partition: 0, key: 'nul\u0000key', value: large, headers },
          { topic: states.name, partition: 0, key: 'none', value: null },
          { topic: states.name, partition: 0, key: '', value: new Uint8Array() },
        ])
        const [first, second, third] = await readAll(log, states.name, 0)
        assert.equal(first?.key, 'nul\u0000key')
        assert.deepEqual({ ...first.headers }, headers)
        assert.ok(first.value !== null && Buffer.compare(first.value, large) === 0)
        assert.equal(second?.value, null)
        assert.deepEqual({ ...second.headers }, {})
        assert.equal(third?.value?.length, 0)
      }),
    )

    it(
      'keeps a value that the caller overwrites once it is acknowledged',
      inScene(async ({ log, events }) => {
        const value = Uint8Array.of(1, 2, 3)
        await log.append([{ topic: events.name, partition: 0, key: 'k', value }])
        value.fill(9)
        const [kept] = await readAll(log, events.name, 0)
        assert.deepEqual([...(kept?.value ?? [])], [1, 2, 3])
      }),
    )

    it(
      'refuses a topic that it does not have',
      inScene(async ({ log }) => {
        await rejectsWith('unknown-topic', log.append([record('nowhere', 'k', 'v')]))
        await rejectsWith('unknown-topic', log.ends('nowhere'))
        await rejectsWith('unknown-topic', log.read('nowhere', 0, 0, 1))
      }),
    )

    it(
      'refuses a whole append for one invalid record in it',
      inScene(async ({ log, events, states }) => {
        const good = record(events.name, 'k', 'v', { partition: 0 })
        await rejectsWith('record-invalid', log.append([good, record(events.name, 'k', null)]))
        await rejectsWith('record-invalid', log.append([good, record(events.name, 'k', 'v', { partition: 4 })]))
        await rejectsWith('record-invalid', log.append([good, record(events.name, '\ud800', 'v')]))
        await rejectsWith('record-invalid', log.append([good, record(events.name, 'k', 'x'.repeat(1_000_001))]))
        const unversioned = record(states.name, 'k', 'v', { headers: { 'ww-version': 'late' } })
        await rejectsWith('record-invalid', log.append([good, unversioned]))
        assert.deepEqual(await readAll(log, events.name, 0), [])
      }),
    )

    it(
      'stamps records with the time at which it took them',
      inScene(async ({ log, events, advance }) => {
        await log.append([record(events.name, 'k', 'before', { partition: 0 })])
        advance(5000)
        await log.append([record(events.name, 'k', 'after', { partition: 0 })])
        const [before, after] = await readAll(log, events.name, 0)
        assert.ok((after?.timestamp ?? 0) >= (before?.timestamp ?? Infinity))
      }),
    )

    it(
      'rejects everything once it is closed',
      inScene(async ({ log, events, group }) => {
        await log.close()
        await rejectsWith('log-closed', log.append([record(events.name, 'k', 'v')]))
        await rejectsWith('log-closed', log.ends(events.name))
        await rejectsWith('log-closed', log.read(events.name, 0, 0, 1))
        const onError = (error: Error) => assert.fail(error)
        await rejectsWith('log-closed', log.tail({ topics: [events.name], from: 'end', onRecords: () => {}, onError }))
        const handlers = { onAssigned: async () => null, onRecords: async () => {}, onRevoked: async () => {}, onError }
        await rejectsWith('log-closed', log.join({ group, topic: events.name, ...handlers }))
      }),
    )

    it(
      'finishes what was asked for before it closes',
      inScene(async ({ log, events, reopen }) => {
        const acknowledged = log.append(numbered(events.name, 0, 0, 500))
        await log.close()
        assert.equal((await acknowledged).length, 500)
        assert.equal((await readAll(await reopen(), events.name, 0)).length, 500)
      }),
    )
  })
}
