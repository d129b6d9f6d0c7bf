import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf, userKey } from '@watchword/contracts'
import { type EventLog, LogError } from '@watchword/event-log'
import { createMemoryLog } from '@watchword/event-log/memory'
import { createPolicies, parsePolicy, type Policies } from '@watchword/policy'
import { createMemoryStateStore, noMetrics, systemClock } from '@watchword/stream'
import { createScorer, type Scorer } from './service.ts'
import { sampleActivity } from './testing/sample-activity.ts'

const codecs = await createCodecs(createEmbeddedRegistry())
const topics = logTopics.map((topic) => ({ ...topic, partitions: 1 }))

/** A scorer whose policies come by a log of their own way, which a test may hold up or break. */
async function openScorer(t: TestContext) {
  const log = createMemoryLog({ topics }, { now: () => Date.now() })
  const way: { isBroken: boolean; held: Promise<void>; questions: number } = {
    isBroken: false,
    held: Promise.resolve(),
    questions: 0,
  }
  const slow: EventLog = {
    ...log,
    async ends(topic) {
      way.questions += 1
      if (way.isBroken) throw new LogError('log-unavailable', 'gone')
      return log.ends(topic)
    },
    tail: (options) =>
      log.tail({
        ...options,
        async onRecords(records) {
          await way.held
          await options.onRecords(records)
        },
      }),
  }
  const open = (through: EventLog): Promise<Policies> =>
    createPolicies({ log: through, codecs, clock: systemClock, onFatal: assert.fail })
  const scorer: Scorer = await createScorer({
    log,
    codecs,
    policies: await open(slow),
    clock: systemClock,
    openState: async () => createMemoryStateStore(),
    stageMetrics: () => noMetrics,
    onFatal: assert.fail,
  })
  t.after(async () => {
    await scorer.stop()
    await log.close()
  })
  const countOf = async (topic: string): Promise<number> => (await log.read(topic, 0, 0, 100)).length
  return {
    way,
    scorer,
    ingest: await open(log),
    send: (policy: string) => log.append([activityOf(policy)]),
    assessments: () => countOf(topicOf('assessment')),
    deadLetters: () => countOf(`${topicOf('activity')}.dlq`),
  }
}

function activityOf(policy: string) {
  const data = { ...sampleActivity, id: randomUUID(), policy }
  const record = { tenant: 'demo', user: 'alice', receivedAt: Date.now(), body: { type: 'activity', data } } as const
  return {
    topic: topicOf('activity'),
    key: userKey('demo', 'alice'),
    value: codecs.activity.encode(record),
    headers: {},
  }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}

async function putStrict(policies: Policies): Promise<string> {
  const parsed = parsePolicy({ profile: 'strict' })
  assert.ok(parsed.ok)
  return (await policies.propose('demo', parsed.document, 'k-1')).hash
}

test('an activity waits for the policy that it names while that is on its way, and is no poison', async (t) => {
  const { way, ingest, send, assessments, deadLetters } = await openScorer(t)
  const { promise, resolve: letGo } = Promise.withResolvers<void>()
  way.held = promise
  const questions = way.questions
  await send(await putStrict(ingest))
  await until(() => way.questions > questions)
  assert.deepEqual([await assessments(), await deadLetters()], [0, 0])
  letGo()
  await until(async () => (await assessments()) === 1)
  assert.equal(await deadLetters(), 0)
})

test('an activity waits for a log that does not say which policies there are', async (t) => {
  const { way, ingest, send, assessments, deadLetters } = await openScorer(t)
  const { promise, resolve: letGo } = Promise.withResolvers<void>()
  way.held = promise
  way.isBroken = true
  const questions = way.questions
  await send(await putStrict(ingest))
  await until(() => way.questions > questions + 1)
  assert.deepEqual([await assessments(), await deadLetters()], [0, 0])
  way.isBroken = false
  letGo()
  await until(async () => (await assessments()) === 1)
  assert.equal(await deadLetters(), 0)
})

test('an activity whose policy is not on the log is poison, and what comes after it is judged', async (t) => {
  const { ingest, send, assessments, deadLetters } = await openScorer(t)
  await send('nowhere')
  await send(await putStrict(ingest))
  await until(async () => (await assessments()) === 1)
  assert.equal(await deadLetters(), 1)
})

test('a scorer that stops does not wait for a policy', async (t) => {
  const { way, scorer, ingest, send, assessments, deadLetters } = await openScorer(t)
  const { promise, resolve: letGo } = Promise.withResolvers<void>()
  way.held = promise
  const questions = way.questions
  await send(await putStrict(ingest))
  await until(() => way.questions > questions)
  await scorer.stop()
  letGo()
  assert.deepEqual([await assessments(), await deadLetters()], [0, 0])
})
