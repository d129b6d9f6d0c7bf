import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { eventLogContract } from '../contract/index.ts'
import type { AppendRecord, TopicConfig } from '../event-log.ts'
import { LogError, type LogErrorCode } from '../log-error.ts'
import { openSqliteLog } from './index.ts'

const hourMs = 3_600_000
const topic: TopicConfig = {
  name: 't',
  partitions: 2,
  cleanup: 'delete',
  retentionMs: hourMs,
  compactionLagMs: 0,
  tombstoneRetentionMs: 0,
}

async function inDirectory(play: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'event-log-'))
  try {
    await play(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

function sized(count: number, bytes: number): readonly AppendRecord[] {
  return Array.from({ length: count }, (_, at) => {
    return { topic: 't', partition: 0, key: String(at), value: new Uint8Array(bytes) }
  })
}

async function rejectsWith(code: LogErrorCode, attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, (error) => error instanceof LogError && error.code === code)
}

eventLogContract(
  'the sqlite log',
  async (topics) => {
    let now = 1_700_000_000_000
    const directory = await mkdtemp(join(tmpdir(), 'event-log-'))
    const open = () => openSqliteLog({ directory, topics }, { now: () => now })
    let log = await open()
    return {
      get log() {
        return log
      },
      async reopen() {
        await log.close()
        log = await open()
        return log
      },
      advance: (durationMs) => void (now += durationMs),
      maintain: async () => void (await log.maintain()),
      async dispose() {
        await log.close()
        await rm(directory, { recursive: true })
      },
    }
  },
  { maintains: true, histories: 10 },
)

describe('the file of the sqlite log', () => {
  it('belongs to one log at a time, and is free after close', () =>
    inDirectory(async (directory) => {
      const options = { directory, topics: [topic] }
      const log = await openSqliteLog(options, { now: () => 0 })
      await rejectsWith('log-locked', openSqliteLog(options, { now: () => 0 }))
      await log.append(sized(1, 1))
      await log.close()
      const next = await openSqliteLog(options, { now: () => 0 })
      assert.deepEqual(await next.ends('t'), [1, 0])
      await next.close()
    }))

  it('is refused when a topic has another number of partitions than it was made with', () =>
    inDirectory(async (directory) => {
      await (await openSqliteLog({ directory, topics: [topic] }, { now: () => 0 })).close()
      const grown = openSqliteLog({ directory, topics: [{ ...topic, partitions: 3 }] }, { now: () => 0 })
      await rejectsWith('topic-mismatch', grown)
      await (await openSqliteLog({ directory, topics: [topic] }, { now: () => 0 })).close()
    }))

  it('is refused, and left alone, when it is no log', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'log.db')
      await writeFile(file, 'this was something else once'.repeat(400))
      await rejectsWith('log-corrupt', openSqliteLog({ file, topics: [topic] }, { now: () => 0 }))
    }))

  it('takes a new topic when it is opened again', () =>
    inDirectory(async (directory) => {
      const first = await openSqliteLog({ directory, topics: [topic] }, { now: () => 0 })
      await first.append(sized(3, 10))
      await first.close()
      const topics = [{ ...topic, name: 'added' }, topic]
      const second = await openSqliteLog({ directory, topics }, { now: () => 0 })
      assert.deepEqual(
        [await second.ends('t'), await second.ends('added')],
        [
          [3, 0],
          [0, 0],
        ],
      )
      await second.close()
    }))
})

describe('a full disk', () => {
  it('refuses appends as retryable, shows nothing of them, and takes them again when there is space', () =>
    inDirectory(async (directory) => {
      let now = 0
      const log = await openSqliteLog({ directory, topics: [topic], pagesMax: 100 }, { now: () => now })
      const tailed: number[] = []
      const onRecords = (records: readonly { offset: number }[]) =>
        void tailed.push(...records.map((one) => one.offset))
      const tail = await log.tail({ topics: ['t'], from: 'begin', onRecords, onError: (error) => assert.fail(error) })
      let acknowledged = 0
      const refused = await (async () => {
        for (;;) {
          try {
            acknowledged += (await log.append(sized(20, 900))).length
          } catch (error) {
            return error
          }
        }
      })()
      assert.ok(refused instanceof LogError && refused.code === 'log-unavailable' && refused.retryable)
      assert.ok(acknowledged > 0)
      assert.deepEqual(await log.ends('t'), [acknowledged, 0])
      assert.deepEqual(
        tailed,
        Array.from({ length: acknowledged }, (_, at) => at),
      )
      now += 2 * hourMs
      assert.equal((await log.maintain()).expired, acknowledged)
      const positions = await log.append(sized(20, 900))
      assert.equal(positions[0]?.offset, acknowledged)
      await tail.stop()
      await log.close()
      const again = await openSqliteLog({ directory, topics: [topic] }, { now: () => now })
      assert.deepEqual(await again.begins('t'), [acknowledged, 0])
      assert.deepEqual(await again.ends('t'), [acknowledged + 20, 0])
      await again.close()
    }))
})

describe('the retention guard', () => {
  it('keeps what it protects, however old', () =>
    inDirectory(async (directory) => {
      let now = 0
      const protect = (_topic: string, partition: number) => (partition === 0 ? 3 : Infinity)
      const log = await openSqliteLog({ directory, topics: [topic], protect }, { now: () => now })
      await log.append(sized(10, 10))
      now += 2 * hourMs
      assert.equal((await log.maintain()).expired, 3)
      assert.deepEqual(await log.begins('t'), [3, 0])
      await log.close()
    }))
})
