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
