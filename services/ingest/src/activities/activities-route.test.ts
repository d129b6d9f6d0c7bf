import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createTestPlatform } from '../testing/test-platform.ts'

describe('POST /v1/activities', async () => {
  const platform = await createTestPlatform()
  after(() => platform.close())

  const post = (payload: unknown, headers: Record<string, string> = {}) =>
    platform.server.inject({
      method: 'POST',
      url: '/v1/activities',
      headers: { authorization: platform.authorization, 'content-type': 'application/json', ...headers },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    })

  const login = { type: 'login', outcome: 'succeeded', user: 'alice' }

  test('is durable in the log before it is accepted, with what the app said', async () => {
    const answer = await post({ ...login, id: 'a-1', ip: '203.0.113.7', attributes: { branch: 'north', floor: 2 } })
    assert.equal(answer.statusCode, 202)
    assert.deepEqual(answer.json(), { results: [{ id: 'a-1', status: 'accepted' }] })
    const [record] = (await platform.activities()).filter(
      (found) => found.body.type === 'activity' && found.body.data.id === 'a-1',
    )
    assert.equal(record?.user, 'alice')
    assert.equal(record.receivedAt, platform.clock.nowMs)
    assert.ok(record.body.type === 'activity')
    assert.equal(record.body.data.network?.prefix, '203.0.113.0/24')
    assert.deepEqual({ ...record.body.data.attributes }, { branch: 'north', floor: 2 })
  })
})
