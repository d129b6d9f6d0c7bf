import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AppendRecord, EventLog, LogRecord } from '@watchword/event-log'
import { createMemoryLog } from '@watchword/event-log/memory'
import { withPreparation } from './prepared-log.ts'

const topic = 't'
const topics = [
  { name: topic, partitions: 1, cleanup: 'delete', retentionMs: null, compactionLagMs: 0, tombstoneRetentionMs: 0 },
] as const
const record = (value: string): AppendRecord => ({ topic, key: 'k', value: Buffer.from(value), headers: {} })
const textOf = ({ value }: LogRecord): string => Buffer.from(value ?? []).toString()

function openLog(): EventLog {
  return createMemoryLog({ topics }, { now: () => 1 })
}

describe('a log with preparation', () => {
  test('gives nobody a record that was not prepared before', async () => {
    const prepared = new Set<number>()
    const seen: string[] = []
    const log = withPreparation(openLog(), async (records) => {
      await new Promise((resolve) => setImmediate(resolve))
      for (const { offset } of records) prepared.add(offset)
    })
    const see = (records: readonly LogRecord[]): void => {
      for (const each of records) seen.push(`${textOf(each)} ${prepared.has(each.offset)}`)
    }
    await log.append([record('a'), record('b')])
    const tail = await log.tail({ topics: [topic], from: 'begin', onRecords: see, onError: assert.ifError })
    await tail.caughtUp
    await tail.stop()
    assert.deepEqual(seen, ['a true', 'b true'])
    prepared.clear()
    see(await log.read(topic, 0, 1, 1))
    assert.deepEqual(seen.slice(2), ['b true'])
    const done = Promise.withResolvers<void>()
    const member = await log.join({
      group: 'g',
      topic,
      onAssigned: async () => 0,
      async onRecords(_partition, records) {
        see(records)
        if (records.some((each) => textOf(each) === 'b')) done.resolve()
      },
      onRevoked: async () => undefined,
      onError: assert.ifError,
    })
    await done.promise
    await member.stop()
    assert.deepEqual(seen.slice(3), ['a true', 'b true'])
    await log.close()
  })

  test('ends a tail whose records cannot be prepared, with that fault and without delivering them', async () => {
    const fault = Promise.withResolvers<Error>()
    const log = withPreparation(openLog(), async () => Promise.reject(new Error('no registry')))
    const tail = await log.tail({
      topics: [topic],
      from: 'begin',
      onRecords: () => assert.fail('delivered'),
      onError: fault.resolve,
    })
    tail.caughtUp.catch(() => undefined)
    await log.append([record('a')])
    assert.equal((await fault.promise).message, 'no registry')
    await log.close()
  })

  test('stops at once while a preparation waits, and delivers nothing after', async () => {
    const waiting = Promise.withResolvers<void>()
    const log = withPreparation(openLog(), async (_records, signal) => {
      waiting.resolve()
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    })
    await log.append([record('a')])
    const tail = await log.tail({
      topics: [topic],
      from: 'begin',
      onRecords: () => assert.fail('delivered'),
      onError: assert.ifError,
    })
    tail.caughtUp.catch(() => undefined)
    await waiting.promise
    await tail.stop()
    await log.close()
  })
})
