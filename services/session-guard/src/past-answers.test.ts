import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, logTopics, type SessionRecord, topicOf } from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
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
        const isMeant = user === 'alice' && commandId === 'i-1' && at >= period.from && at <= period.until
        if (isMeant) answers.push({ version, isBare: kind === 'bare' })
      }
      const expected = answers.find(({ isBare }) => !isBare) ?? answers[0]
      const found = await createPastAnswers({ log, codecs }).find('demo', 'alice', 'i-1', period)
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
