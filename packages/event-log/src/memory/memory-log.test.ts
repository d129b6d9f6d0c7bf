import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventLogContract } from '../contract/index.ts'
import { LogError } from '../log-error.ts'
import { createMemoryDisk, createMemoryLog } from './index.ts'

eventLogContract(
  'the memory log',
  async (topics) => {
    let now = 1_700_000_000_000
    const disk = createMemoryDisk()
    const open = () => createMemoryLog({ topics, disk }, { now: () => now })
    let log = open()
    return {
      get log() {
        return log
      },
      async reopen() {
        await log.close()
        log = open()
        return log
      },
      advance: (durationMs) => void (now += durationMs),
      maintain: async () => void (await log.maintain()),
      dispose: () => log.close(),
    }
  },
  { maintains: true },
)

describe('the memory log', () => {
  const topic = { name: 't', partitions: 1, cleanup: 'delete', retentionMs: null } as const
  const topics = [{ ...topic, compactionLagMs: 0, tombstoneRetentionMs: 0 }]
  const records = [{ topic: 't', key: 'k', value: Uint8Array.of(1) }]

  it('fails one transaction when told to, and gives its offsets to the next', async () => {
    const log = createMemoryLog({ topics }, { now: () => 0 })
    log.failNextAppend()
    const refused = await Promise.allSettled([log.append(records), log.append(records)])
    assert.ok(refused.every(({ status }) => status === 'rejected'))
    assert.deepEqual(await log.read('t', 0, 0, 10), [])
    assert.deepEqual(await log.append(records), [{ topic: 't', partition: 0, offset: 0 }])
    await log.close()
  })

  it('delivers the first to who gathers at once, and what comes within that time together', async (t) => {
    const log = createMemoryLog({ topics }, { now: () => 0 })
    const batches: number[][] = []
    const tail = await log.tail({
      topics: ['t'],
      from: 'begin',
      gatherMs: 60_000,
      onRecords: (found) => void batches.push(found.map(({ offset }) => offset)),
      onError: (error) => assert.fail(error),
    })
    await tail.caughtUp
    t.mock.timers.enable({ apis: ['setTimeout'] })
    for (let count = 0; count < 4; count += 1) await log.append(records)
    assert.deepEqual(batches, [[0]])
    t.mock.timers.tick(59_999)
    assert.deepEqual(batches, [[0]])
    t.mock.timers.tick(1)
    assert.deepEqual(batches, [[0], [1, 2, 3]])
    await log.append(records)
    await tail.stop()
    t.mock.timers.tick(60_000)
    assert.deepEqual(batches, [[0], [1, 2, 3]], 'nothing is delivered to who has stopped')
    await log.close()
  })

  it('gives a partition to another member while the first gathers', async (t) => {
    const log = createMemoryLog({ topics }, { now: () => 0 })
    const join = async (seen: number[]) => {
      const { promise: assigned, resolve } = Promise.withResolvers<void>()
      const member = await log.join({
        group: 'g',
        topic: 't',
        gatherMs: 60_000,
        onAssigned: async () => {
          setImmediate(resolve)
          return null
        },
        onRecords: async (_partition, found) => void seen.push(...found.map(({ offset }) => offset)),
        onRevoked: async () => undefined,
        onError: (error) => assert.fail(error),
      })
      await assigned
      return member
    }
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const [first, second]: [number[], number[]] = [[], []]
    const member = await join(first)
    for (let count = 0; count < 3; count += 1) await log.append(records)
    assert.deepEqual(first, [0])
    await member.commit(0, 1)
    await member.stop()
    const other = await join(second)
    t.mock.timers.tick(60_000)
    assert.deepEqual([first, second], [[0], [1, 2]])
    await other.stop()
    await log.close()
  })

  it('lets one log at a time have the disk', async () => {
    const disk = createMemoryDisk()
    const log = createMemoryLog({ topics, disk }, { now: () => 0 })
    assert.throws(
      () => createMemoryLog({ topics, disk }, { now: () => 0 }),
      (error) => error instanceof LogError && error.code === 'log-locked',
    )
    await log.close()
    await createMemoryLog({ topics, disk }, { now: () => 0 }).close()
  })
})
