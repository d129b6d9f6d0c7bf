import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LogRecord } from '../event-log.ts'
import { createPartitionReader } from './partition-reader.ts'

const record: LogRecord = {
  topic: 't',
  partition: 0,
  offset: 0,
  timestamp: 0,
  key: 'k',
  value: new Uint8Array(10),
  headers: {},
}

it('tells of room once a batch is out, also when the reader itself was not full', async () => {
  const rooms: number[] = []
  const moved = Promise.withResolvers<void>()
  const owner = {
    onRecords: () => undefined,
    onMoved: () => moved.resolve(),
    onFault: (error: unknown) => moved.reject(error),
    mayDeliver: () => true,
  }
  const reader = createPartitionReader('t', 0, 0, owner, () => rooms.push(reader.bufferedBytes))
  reader.accept([record], 1)
  await moved.promise
  assert.deepEqual(rooms, [0])
})
