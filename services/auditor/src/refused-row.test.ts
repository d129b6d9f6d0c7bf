import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, topicOf } from '@watchword/contracts'
import { auditRow } from './audit-row.ts'
import { refusedRow } from './refused-row.ts'

const codecs = await createCodecs(createEmbeddedRegistry())

const value = codecs.mfa.encode({
  tenant: 'demo',
  user: 'alice',
  receivedAt: 5,
  commandId: 'c-1',
  mac: Buffer.from('mac-canary'),
  body: { type: 'session-end', data: { app: 'bank', session: 's-1', reason: 'x', operator: 'nobody' } },
})
const place = { topic: topicOf('mfa'), partition: 3, offset: 1 }
const headers = { 'ww-source': 'profile/3/7/1' }
const record = { ...place, timestamp: 1_700_000_000_000, key: 'demo:alice', value, headers }
const own = auditRow(record, codecs)

test('a row that is put aside holds all that its own would, stands where it would, and names why', () => {
  const row = refusedRow(own, record, { reason: 'why', form: 'whole' })
  const { body, ...columns } = row
  const about = { tenant: 'demo', user: 'alice', app: '', session: '', id: '' }
  const source = { source_stage: 'profile', source_partition: 3, source_offset: 7, source_index: 1 }
  assert.deepEqual(columns, { ...place, ...about, ...source, at: record.timestamp, type: 'refused' })
  const { body: held, ...told } = JSON.parse(body) as { body: string }
  assert.deepEqual(told, { reason: 'why', type: own.type })
  assert.equal(Buffer.from(held, 'base64').toString(), own.body)
})

test('a row that is put aside holds no MAC, as its own would not', () => {
  assert.ok(Buffer.from(value).includes('mac-canary'))
  const { body } = JSON.parse(refusedRow(own, record, { reason: 'why', form: 'whole' }).body) as { body: string }
  const text = Buffer.from(body, 'base64').toString()
  assert.match(text, /session-end/)
  assert.doesNotMatch(text, /"mac"/)
})

test('the digest is that of the bytes in the log', () => {
  const row = refusedRow(own, { ...record, value: Buffer.from('abc') }, { reason: 'why', form: 'digest' })
  assert.deepEqual(JSON.parse(row.body), {
    reason: 'why',
    type: own.type,
    bytes: 3,
    // FIPS 180-4, of the text abc.
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  })
})
