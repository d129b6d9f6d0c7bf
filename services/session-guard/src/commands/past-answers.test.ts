import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, logTopics, type SessionRecord, topicOf } from '@watchword/contracts'
import { LogError } from '@watchword/event-log'
import { createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import fc from 'fast-check'
import { createPastAnswers } from './past-answers.ts'

const topic = topicOf('session')
const codecs = await createCodecs(createEmbeddedRegistry())
const topics = logTopics.map((one) => ({ ...one, partitions: 1 }))

type Said = Readonly<{ user: string; commandId: string; kind: 'bare' | 'refused' | 'ended'; later: number }>

const said: fc.Arbitrary<readonly Said[]> = fc.array(
  fc.record({
    user: fc.constantFrom('alice', 'bob'),
    commandId: fc.constantFrom('i-1', 'i-2'),
    kind: fc.constantFrom<Said['kind']>('bare', 'refused', 'ended'),
    later: fc.nat(3),
  }),
  { maxLength: 40 },
)

const bodies = {
  bare: { type: 'command-accepted', data: {} },
  refused: { type: 'command-refused', data: { command: 'EndSession', refusal: 'stale-version', retryAt: null } },
  ended: { type: 'session-ended', data: { app: 'bank', session: 's', reason: 'x' } },
} as const

const before = { type: 'pass-ended', data: { pass: 'p', app: null, session: null, reason: 'voided' } } as const

test('what a command led to is found by its time, its user and its id: the first answer that says something, with all that happened', async () => {
  await fc.assert(
    fc.asyncProperty(said, fc.nat(40), fc.nat(40), async (all, from, lasting) => {
      const log = createMemoryLog({ topics }, { now: () => 1 })
      const period = { from, until: from + lasting }
      const answers: { version: number; isBare: boolean }[] = []
      const past = createPastAnswers({ log, codecs })
      let at = 0
      for (const [version, { user, commandId, kind, later }] of all.entries()) {
        at += later
        const record = (body: SessionRecord['body'], id: string | null, index: number) => ({
          topic,
          key: `demo:${user}`,
          value: codecs.session.encode({ tenant: 'demo', user, at, seq: 0, commandId: id, body }),
          headers: { ce_time: new Date(at).toISOString(), 'ww-source': `lock/0/${version}/${index}` },
        })
        if (kind !== 'bare') await log.append([record(before, null, 0)])
        await log.append([record(bodies[kind], commandId, 1)])
        // Its own time is another one.
        if (version % 5 === 0) await log.append([{ topic, key: 'demo:alice', value: Buffer.from('garbage') }])
        // What was read before is read no more, whatever it was asked for.
        if (version % 7 === 0) await past.find('demo', 'alice', 'i-2', { from: from + (version % 3), until: 100 })
        const isMeant = user === 'alice' && commandId === 'i-1' && at >= period.from && at <= period.until
        if (isMeant) answers.push({ version, isBare: kind === 'bare' })
      }
      const expected = answers.find(({ isBare }) => !isBare) ?? answers[0]
      const found = await past.find('demo', 'alice', 'i-1', period)
      assert.equal(found?.version, expected?.version)
      if (expected !== undefined) assert.equal(found?.events.length, expected.isBare ? 1 : 2)
      await log.close()
    }),
    {
      numRuns: 300,
      examples: [
        // What ends the partition is garbage, written at a time that would be within the period.
        [
          Array.from({ length: 6 }, (_, index): Said => {
            return { user: 'alice', commandId: index === 5 ? 'i-1' : 'i-2', kind: 'bare', later: index === 5 ? 2 : 0 }
          }),
          0,
          1,
        ],
      ],
    },
  )
})

test('whoever repeats requests without end has no record read twice', async () => {
  const log = createMemoryLog({ topics }, { now: () => 1 })
  const append = (commandId: string, version: number) => {
    const value = codecs.session.encode({ ...owner, at: 5, seq: 0, commandId, body: bodies.ended })
    const headers = { ce_time: new Date(5).toISOString(), 'ww-source': `lock/0/${version}/0` }
    return log.append([{ topic, key: 'demo:alice', value, headers }])
  }
  const owner = { tenant: 'demo', user: 'alice' }
  for (let version = 0; version < 1_200; version += 1) await append(`i-${version}`, version)
  let read = 0
  const counted: Pick<MemoryLog, 'begins' | 'ends' | 'read' | 'partitionFor'> = {
    begins: (...asked) => log.begins(...asked),
    ends: (...asked) => log.ends(...asked),
    partitionFor: (...asked) => log.partitionFor(...asked),
    async read(...asked) {
      const records = await log.read(...asked)
      read += records.length
      return records
    },
  }
  const past = createPastAnswers({ log: counted, codecs })
  const find = (commandId: string) => past.find('demo', 'alice', commandId, { from: 1, until: 10 })
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => find(`i-${1_150 + index}`)))
  assert.deepEqual(
    answers.map((answer) => answer?.version),
    Array.from({ length: 50 }, (_, index) => 1_150 + index),
  )
  const before = read
  assert.ok(before < 1_500)
  await append('i-later', 1_200)
  assert.equal((await find('i-later'))?.version, 1_200)
  assert.equal(await find('i-never'), undefined)
  assert.equal(read - before, 1)
  await log.close()
})

test('what the log could not be asked for is read by the next who asks', async () => {
  const log = createMemoryLog({ topics }, { now: () => 1 })
  const value = codecs.session.encode({
    tenant: 'demo',
    user: 'alice',
    at: 5,
    seq: 0,
    commandId: 'i-1',
    body: bodies.ended,
  })
  await log.append([{ topic, key: 'demo:alice', value, headers: { ce_time: new Date(5).toISOString() } }])
  let isDown = true
  const past = createPastAnswers({
    log: {
      begins: (...asked) => log.begins(...asked),
      ends: (...asked) => log.ends(...asked),
      partitionFor: (...asked) => log.partitionFor(...asked),
      read: async (...asked) => (isDown ? Promise.reject(new LogError('log-unavailable', 'down')) : log.read(...asked)),
    },
    codecs,
  })
  const find = () => past.find('demo', 'alice', 'i-1', { from: 1, until: 10 })
  await assert.rejects(find(), { code: 'log-unavailable' })
  isDown = false
  assert.equal((await find())?.commandId, 'i-1')
  await log.close()
})
