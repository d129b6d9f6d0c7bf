import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, type LockState, logTopics, topicOf } from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
import { readVisibleLog } from './visible-log.ts'

const codecs = await createCodecs(createEmbeddedRegistry())

function lockState(version: number, ended: readonly string[]): LockState {
  return {
    tenant: 'demo',
    user: 'alice',
    version,
    seq: version,
    at: 1,
    locks: [],
    endedSessions: ended.map((session) => ({ app: 'bank', session, at: 1 })),
    passes: [],
    factors: [],
    blockedUntil: null,
    authorizations: [],
    prompts: [],
  }
}

test('the log is read as consumers see it: repeats once, and of a lock state the highest version', async (t) => {
  const log = createMemoryLog({ topics: logTopics }, { now: Date.now })
  t.after(() => log.close())
  const say = (version: number, ended: readonly string[]) => ({
    topic: topicOf('lock'),
    key: 'demo:alice',
    value: codecs.lock.encode(lockState(version, ended)),
    headers: { 'ww-source': `lock/3/${version}/0`, 'ww-version': String(version) },
  })
  // The last one is of a process that had lost the partition and did not notice.
  await log.append([say(4, []), say(7, ['s-1']), say(7, ['s-1']), say(4, [])])
  const read = await readVisibleLog(log, codecs)
  assert.deepEqual([read.records, read.repeats, read.places.size], [4, 2, 2])
  assert.deepEqual(
    [...read.lockStates.values()].map(({ version }) => version),
    [7],
  )
})
