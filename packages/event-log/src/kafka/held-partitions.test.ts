import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../contract/facts.ts'
import { LogError } from '../log-error.ts'
import { createHeldPartitions, type HeldPartitionsDeps } from './held-partitions.ts'
import { createLease } from './lease.ts'
import type { PartitionReader } from './partition-reader.ts'

/** The partitions of a member whose cluster answers as `ends` says. */
function openHeld(ends: () => readonly number[]) {
  const readers: PartitionReader[] = []
  const faults: unknown[] = []
  const revoked: number[] = []
  const deps: HeldPartitionsDeps = {
    topic: 'events',
    fetching: {
      add: (reader) => void readers.push(reader),
      remove: () => undefined,
      wake: () => undefined,
      stop: () => undefined,
    },
    offsets: {
      begins: async () => [0, 0],
      ends: async () => ends(),
      read: async () => [],
      committed: async () => [],
    },
    committed: async () => new Map([[1, 5]]),
    startCommitsAt: () => undefined,
    lease: createLease(() => Number.POSITIVE_INFINITY),
    onGivenUp: () => undefined,
    onFault: (cause) => void faults.push(cause),
  }
  const options = {
    group: 'g',
    topic: 'events',
    onAssigned: async () => null,
    onRecords: async () => undefined,
    onRevoked: async (partition: number) => void revoked.push(partition),
    onError: (error: Error) => assert.fail(error),
  }
  return { held: createHeldPartitions(options, deps), readers, faults, revoked }
}

const away = (): never => {
  throw new LogError('log-unavailable', 'the log did not answer')
}

test('a partition is taken up when the cluster answers again after an outage', async () => {
  const answers = [away, away, () => [9, 9]]
  const { held, readers, faults } = openHeld(() => (answers.shift() ?? away)())
  held.take([1])
  await until(() => readers.length === 1, 'the partition is read')
  assert.deepEqual([readers[0]?.fetchOffset, faults], [5, []])
})

test('a partition that is given up during an outage is waited for no longer, and is revoked', async () => {
  const { held, readers, faults, revoked } = openHeld(away)
  held.take([1])
  await held.release()
  assert.deepEqual([readers, faults, revoked], [[], [], [1]])
})

test('what does not pass ends the membership', async () => {
  const { held, faults } = openHeld(() => {
    throw new LogError('log-access-refused', 'no right')
  })
  held.take([1])
  await until(() => faults.length === 1, 'the fault is told')
})
