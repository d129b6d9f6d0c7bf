import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, topicOf } from '@watchword/contracts'
import { auditRow } from './audit-row.ts'
import { firstLink, linkBytes } from './chain/link.ts'
import { createRowWriter } from './row-writer.ts'

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

test('a record is stored whatever its header names as its source, and whatever time the log gives it', () => {
  const place = { topic: topicOf('mfa'), partition: 0, offset: 1, key: 'demo:alice', value: Buffer.from('x') }
  const rowOf = (source: string, timestamp: number) => {
    const row = auditRow({ ...place, timestamp, headers: { 'ww-source': source } }, codecs)
    const written = createRowWriter(1_024).add(row, firstLink(place.topic, 0), { stored: 1, appended: 0 })
    assert.equal(written.length, linkBytes)
    return [row.at, row.source_stage, row.source_partition, row.source_index]
  }
  assert.deepEqual(rowOf('profile/65535/7/65535', 5), [5, 'profile', 65_535, 65_535])
  for (const source of ['profile/65536/7/1', 'profile/1/7/65536', 'profile/999999999999999/7/1'])
    assert.deepEqual(rowOf(source, 5), [5, '', 0, 0])
  for (const timestamp of [-1, 8.64e15]) assert.equal(rowOf('profile/1/7/1', timestamp)[0], 0)
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
