import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf, userKey } from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
import { builtInPolicy, createPolicies } from '@watchword/policy'
import { noMetrics, openStateStore, systemClock } from '@watchword/stream'
import { createScorer } from './service.ts'
import { sampleActivity } from './testing/sample-activity.ts'

const codecs = await createCodecs(createEmbeddedRegistry())
const topics = logTopics.map((topic) => ({ ...topic, partitions: 1 }))
const topic = topicOf('activity')
const key = userKey('demo', 'alice')
const day = 86_400_000

/** What a build of the layout `profile-2` knew of a user after three logins from `d-1` that were verified by the app. */
const formerRow =
  'AgIGZC0xBoCgq/75YoCUmoX6YgAAAAAAAghiYW5rBnMtMQhiYW5rAgZzLTECBmQtMQAAAAAAAAAAAAGAoKv++WKAlJqF+mIAAAAABgYAAoCUmoX6YgAAAAAAAAAAgJSahfpiAAAAZmpjTWl0NWNkWDJTMGd2YTUxUjNlV1E3dHlMdEswZ3ZhNnBNZ0hnZ25fbXZTUzBndmE4ZAA='

test('what an earlier build learned is judged by, though the log does not begin with its first record any more', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'former-state-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  let now = 1_700_000_000_000
  const log = createMemoryLog({ topics }, { now: () => now })
  t.after(() => log.close())
  const send = (id: string) => {
    const data = { ...sampleActivity, id, session: id, policy: builtInPolicy().hash, time: now }
    const record = { tenant: 'demo', user: 'alice', receivedAt: now, body: { type: 'activity', data } } as const
    return log.append([{ topic, key, value: codecs.activity.encode(record), headers: {} }])
  }
  await send('a-1')
  now += 40 * day
  await send('a-2')
  await log.maintain()
  assert.deepEqual(await log.begins(topic), [1])

  const fileOf = (stage: string): string => join(folder, `${stage}.db`)
  const former = await openStateStore({ file: fileOf('profile'), stage: 'profile', stateVersion: 'profile-2' })
  const said = { spots: {}, positions: {}, poisoned: [] }
  await former.store.save({
    partition: 0,
    position: { nextOffset: 1, time: 1_700_000_000_000, watermarks: {}, said },
    rows: [[key, Buffer.from(formerRow, 'base64')]],
  })
  await former.store.close()

  const setAside: unknown[] = []
  const faults: unknown[] = []
  const scorer = await createScorer({
    log,
    codecs,
    policies: await createPolicies({ log, codecs, clock: systemClock, onFatal: assert.fail }),
    clock: systemClock,
    async openState(stage, stateVersion, _topic, readableVersions = []) {
      const opened = await openStateStore({ file: fileOf(stage), stage, stateVersion, readableVersions })
      if (opened.setAside !== undefined) setAside.push(opened.setAside)
      return opened.store
    },
    stageMetrics: () => noMetrics,
    onFatal: (error) => void faults.push(error),
  })
  t.after(() => scorer.stop())
  const told = async () => (await log.read(topicOf('assessment'), 0, 0, 10)).flatMap(({ value }) => value ?? [])
  while ((await told()).length === 0 && faults.length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([setAside, faults], [[], []])
  const [assessment] = (await told()).map((value) => codecs.assessment.decode(value))
  const codes = assessment?.signals.map(({ code }) => code) ?? []
  assert.deepEqual([assessment?.activity, assessment?.decision], ['a-2', 'allow'])
  assert.ok(!codes.includes('device.unknown'), codes.join(' '))
})
