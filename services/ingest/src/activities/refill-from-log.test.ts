import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSeenContexts } from '../shedding/seen-contexts.ts'
import { createTrafficClasses } from '../shedding/traffic-class.ts'
import { createTestPlatform } from '../testing/test-platform.ts'
import { createDuplicates, duplicateKey } from './duplicates.ts'
import { refillFromLog } from './refill-from-log.ts'

test('a process that starts knows the ids and the contexts of the newest activities', async () => {
  const platform = await createTestPlatform()
  after(() => platform.close())
  const view = {
    id: 'a-1',
    type: 'access',
    user: 'alice',
    session: 's-1',
    ip: '198.51.100.7',
    userAgent: 'Mozilla/5.0',
    action: { type: 'view', sensitivity: 'low' },
  }
  const login = { ...view, id: 'a-2', type: 'login', outcome: 'succeeded', session: 's-2' }
  const phished = { ...view, id: 'a-3', session: 's-3', signals: ['phishing-proxy'] }
  const answer = await platform.server.inject({
    method: 'POST',
    url: '/v1/activities',
    headers: { authorization: platform.authorization },
    payload: [view, login, phished],
  })
  assert.equal(answer.statusCode, 202)

  const windowMs = 60_000
  const duplicates = createDuplicates({ capacity: 100, windowMs })
  const trafficClasses = createTrafficClasses(createSeenContexts('key'))
  await refillFromLog(
    { records: 1_000, windowMs },
    {
      log: platform.log,
      codecs: platform.codecs,
      duplicates,
      trafficClasses,
      now: () => platform.clock.nowMs,
      onFault: (error) => assert.fail(error),
    },
  )

  const claim = (id: string) =>
    duplicates.claim(duplicateKey('demo', 'bank', 'alice', id), platform.clock.nowMs, Promise.resolve(true)).status
  assert.deepEqual(['a-1', 'a-2', 'a-3', 'a-4'].map(claim), ['durable', 'durable', 'durable', 'new'])
  const classOf = (value: object) =>
    trafficClasses.of({
      sender: { tenant: 'demo', app: 'bank' },
      items: [() => ({ ok: true, value, bytes: () => 0, originOf: (pointer) => pointer })],
      isAwaited: false,
    })
  assert.deepEqual(
    [view, { ...view, session: 's-2' }, { ...view, session: 's-3' }, { ...view, ip: '203.0.113.9' }].map(classOf),
    ['telemetry', 'sensitive', 'sensitive', 'sensitive'],
  )
})
