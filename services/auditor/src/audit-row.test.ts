import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, topicOf } from '@watchword/contracts'
import { auditRow } from './audit-row.ts'

const codecs = await createCodecs(createEmbeddedRegistry())

test('a record whose time no table can hold is stored under the time at which the log took it', () => {
  for (const receivedAt of [8.64e15, 9e15, -1, -8.64e15, Date.UTC(2500, 0)]) {
    const value = codecs.mfa.encode({
      tenant: 'demo',
      user: 'alice',
      receivedAt,
      commandId: 'c-1',
      mac: null,
      body: { type: 'session-end', data: { app: 'bank', session: 's-1', reason: 'x', operator: 'nobody' } },
    })
    const row = auditRow(
      {
        topic: topicOf('mfa'),
        partition: 0,
        offset: 1,
        timestamp: 1_700_000_000_000,
        key: 'demo:alice',
        value,
        headers: {},
      },
      codecs,
    )
    assert.equal(row.at, 1_700_000_000_000)
  }
})

test('a record is of a user only where the key of its topic names one, whatever an endpoint, a policy or an app is called', () => {
  const userOf = (topic: string, key: string): string => {
    const place = { topic, partition: 0, offset: 1, timestamp: 1_700_000_000_000 }
    const row = auditRow({ ...place, key, value: Buffer.from('x'), headers: {} }, codecs)
    assert.equal(row.tenant, 'demo')
    return row.user
  }
  for (const name of ['endpoint', 'policy'] as const) assert.equal(userOf(topicOf(name), 'demo:alice'), '')
  for (const name of ['app', 'entity', 'sighting'] as const)
    assert.equal(userOf(topicOf(name), 'demo:device:alice'), '')
  assert.equal(userOf(`${topicOf('endpoint')}.dlq`, 'demo:alice'), '')
  for (const topic of [topicOf('activity'), topicOf('notification'), `${topicOf('activity')}.dlq`])
    assert.equal(userOf(topic, 'demo:alice'), 'alice')
})
