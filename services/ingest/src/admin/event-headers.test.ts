import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { topicOf } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { createTestPlatform, type TestPlatform } from '../testing/test-platform.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

async function recordsOf({ log }: TestPlatform, topic: 'app' | 'policy' | 'activity'): Promise<readonly LogRecord[]> {
  const ends = await log.ends(topicOf(topic))
  const read = await Promise.all(ends.map((end, partition) => log.read(topicOf(topic), partition, 0, end + 1)))
  return read.flat()
}

test('apps, keys, policies and activities are events with an id of their own, and carry the trace of their request', async () => {
  const platform = await createTestPlatform()
  after(() => platform.close())
  const send = async (method: 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) => {
    const headers = { authorization: platform.authorization, traceparent }
    const answer = await platform.server.inject({ method, url, headers, ...(payload && { payload }) })
    assert.ok(answer.statusCode < 300, answer.body)
    return answer
  }
  await send('POST', '/v1/apps', { id: 'shop' })
  const { id } = (await send('POST', '/v1/keys', { app: 'shop', scopes: ['check'] })).json()
  await send('DELETE', `/v1/keys/${id}`)
  await send('PUT', '/v1/policy', { profile: 'strict' })
  await send('POST', '/v1/activities', { type: 'access', user: 'alice' })

  const types = new Map<string, number>()
  const ids = new Set<string>()
  for (const topic of ['app', 'policy', 'activity'] as const)
    for (const { headers } of await recordsOf(platform, topic)) {
      for (const name of ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time'])
        assert.ok(headers[name], `${topic} lacks ${name}`)
      assert.equal(headers['ce_time'], '2026-11-22T10:00:00.000Z')
      assert.ok(!ids.has(`${headers['ce_source']} ${headers['ce_id']}`))
      ids.add(`${headers['ce_source']} ${headers['ce_id']}`)
      // The platform itself has made an app and a key without a request.
      if (headers['traceparent'] === undefined) continue
      assert.equal(headers['traceparent'], traceparent)
      types.set(headers['ce_type'] ?? '', (types.get(headers['ce_type'] ?? '') ?? 0) + 1)
    }
  assert.deepEqual(Object.fromEntries(types), {
    'watchword.activity': 1,
    'watchword.api-key': 2,
    'watchword.app': 1,
    'watchword.policy': 1,
  })
})
