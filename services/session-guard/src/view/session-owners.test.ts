import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf } from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { systemClock } from '@watchword/stream'
import { sampleAssessment } from '../testing/sample-assessment.ts'
import { createSessionOwners } from './session-owners.ts'

const codecs = await createCodecs(createEmbeddedRegistry())
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })

test('knows whose session it is, by tenant and app, before and after its start, and skips what it cannot read', async () => {
  const log = createMemoryLog({ topics: logTopics }, { now: () => 1 })
  const append = (value: Uint8Array) => log.append([{ topic: topicOf('assessment'), key: 'demo:alice', value }])
  await append(codecs.assessment.encode(sampleAssessment))
  await append(Buffer.from('garbage'))
  const owners = await createSessionOwners({ log, codecs, clock: systemClock, logger, onFatal: assert.fail })
  assert.equal(owners.ownerOf('demo', 'bank', 's-91'), 'alice')
  assert.equal(owners.ownerOf('demo', 'shop', 's-91'), undefined)
  assert.equal(owners.ownerOf('other', 'bank', 's-91'), undefined)

  const seen = Promise.withResolvers<void>()
  await log.tail({
    topics: [topicOf('assessment')],
    from: 'end',
    onRecords: () => seen.resolve(),
    onError: assert.fail,
  })
  await append(codecs.assessment.encode({ ...sampleAssessment, session: 's-92' }))
  await seen.promise
  assert.equal(owners.ownerOf('demo', 'bank', 's-92'), 'alice')
  await owners.stop()
  await log.close()
})

test('knows how a session was judged last; a login that failed in its name says nothing of it', async () => {
  const log = createMemoryLog({ topics: logTopics }, { now: () => 1 })
  const records = [
    { ...sampleAssessment, decision: 'step-up', receivedAt: 5 },
    { ...sampleAssessment, decision: 'notify', receivedAt: 6 },
    { ...sampleAssessment, decision: 'allow', outcome: 'failed', receivedAt: 7 },
    { ...sampleAssessment, session: 's-92', decision: 'deny', outcome: 'failed', receivedAt: 8 },
  ] as const
  for (const record of records)
    await log.append([{ topic: topicOf('assessment'), key: 'demo:alice', value: codecs.assessment.encode(record) }])
  const owners = await createSessionOwners({ log, codecs, clock: systemClock, logger, onFatal: assert.fail })
  assert.deepEqual(owners.judgementOf('demo', 'bank', 's-91'), { decision: 'notify', at: 6 })
  assert.equal(owners.judgementOf('demo', 'bank', 's-92'), undefined)
  await owners.stop()
  await log.close()
})
