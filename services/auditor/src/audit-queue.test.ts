import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '@watchword/event-log'
import { createAuditQueue } from './audit-queue.ts'

function recordsOf(...lengths: readonly number[]): readonly LogRecord[] {
  return lengths.map((length, offset) => {
    const value = length === 0 ? null : Buffer.alloc(length)
    return { topic: 't', partition: 0, offset, timestamp: 0, key: 'k', value, headers: {} }
  })
}

const offsetsOf = (records: readonly LogRecord[]): readonly number[] => records.map(({ offset }) => offset)

test('a batch ends with so many records, or with the one that makes it long enough', () => {
  const queue = createAuditQueue({ batchRowsMax: 3, batchBytesMax: 100 })
  queue.push(recordsOf(1, 1, 0, 1))
  assert.deepEqual(offsetsOf(queue.batch()), [0, 1, 2])
  queue.drop(4)
  queue.push(recordsOf(60, 60, 1))
  assert.deepEqual(offsetsOf(queue.batch()), [0, 1])
  queue.drop(2)
  assert.deepEqual(offsetsOf(queue.batch()), [2])
  queue.drop(1)
  queue.push(recordsOf(500, 1))
  assert.deepEqual(offsetsOf(queue.batch()), [0])
  queue.drop(2)
  assert.deepEqual([queue.batch(), queue.length], [[], 0])
})

test('long records fill it as many short ones do, so that what waits is bounded in memory', () => {
  const queue = createAuditQueue({ batchRowsMax: 1_000, batchBytesMax: 100 })
  const seen = () => [queue.hasBatch(), queue.isFull()]
  queue.push(recordsOf(99))
  assert.deepEqual(seen(), [false, false])
  queue.push(recordsOf(1))
  assert.deepEqual(seen(), [true, false])
  queue.push(recordsOf(100))
  assert.deepEqual(seen(), [true, true])
  queue.drop(1)
  assert.deepEqual(seen(), [true, false])
  queue.drop(2)
  queue.push(recordsOf(...Array.from({ length: 2_000 }, () => 0)))
  assert.deepEqual(seen(), [true, true])
})
