import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { topicOf } from '@watchword/contracts'
import { waitSeconds } from '@watchword/service-kit'
import { judge } from '../testing/judge.ts'
import { createTestPlatform } from '../testing/test-platform.ts'
import { waitSecondsMax } from './submission.ts'

test('Prefer: wait is read by RFC 7240 and bounded at 10 s', () => {
  for (const [text, seconds] of [
    ['wait=5', 5],
    ['respond-async, wait = 3', 3],
    ['WAIT="7"', 7],
    ['wait=99', 10],
    ['wait=0', undefined],
    ['wait=x', undefined],
    ['awaiting=3', undefined],
    [undefined, undefined],
  ] as const) {
    assert.equal(waitSeconds(text, waitSecondsMax), seconds, text)
  }
})

describe('Prefer: wait', async () => {
  const platform = await createTestPlatform()
  const { codecs, log } = platform
  let judging = true

  const scorer = await log.tail({
    topics: [topicOf('activity')],
    from: 'end',
    onRecords: async (records) => {
      if (judging) for (const record of records) await judge(record, { log, codecs })
    },
    onError: (error) => assert.fail(error),
  })
  after(async () => {
    await scorer.stop()
    await platform.close()
  })

  const post = (payload: unknown, prefer: string) =>
    platform.server.inject({
      method: 'POST',
      url: '/v1/activities',
      headers: { authorization: platform.authorization, prefer },
      payload: payload as object,
    })
  const login = { type: 'login', outcome: 'succeeded', user: 'alice' }

  test('answers 200 with each assessment in the public form; duplicates and refusals without', async () => {
    const answer = await post(
      [{ ...login, id: 'w-1' }, { ...login, id: 'w-1' }, {}, { ...login, user: 'bob', session: 's-1' }],
      'wait=5',
    )
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.headers['preference-applied'], 'wait=5')
    const [first, duplicate, rejected, last] = answer.json().results
    assert.equal(first.assessment.activity, 'w-1')
    assert.equal(first.assessment.time, '2026-11-22T10:00:00.000Z')
    assert.equal('session' in first.assessment, false)
    assert.deepEqual(first.assessment.signals, [
      { code: 'ip.unknown', points: 20, evidence: { seen: 0 } },
      { code: 'travel.unavailable', points: 0, status: 'unavailable', evidence: {} },
    ])
    assert.deepEqual(duplicate, { id: 'w-1', status: 'duplicate' })
    assert.equal(rejected.status, 'rejected')
    assert.deepEqual([last.assessment.user, last.assessment.session], ['bob', 's-1'])
  })

  test('answers 202 when the time is over before the judgement comes', async () => {
    judging = false
    const answer = await post({ ...login, id: 'w-2' }, 'wait=1')
    judging = true
    assert.equal(answer.statusCode, 202)
    assert.deepEqual(answer.json(), { results: [{ id: 'w-2', status: 'accepted' }] })
  })
})
