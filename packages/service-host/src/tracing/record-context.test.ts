import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOfRecord, stageSpanId } from './record-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`

test('the parent of what a record leads to is the span that its header names', () => {
  assert.deepEqual(contextOfRecord({ traceparent }), { traceId, spanId: 'b7ad6b7169203331', sampled: true })
})

test('the parent of what an output leads to is the span of the stage that wrote it, in whatever process that was', () => {
  const parent = contextOfRecord({ traceparent, 'ww-source': 'profile/3/1201/0' })
  assert.equal(parent?.traceId, traceId)
  assert.equal(parent.spanId, stageSpanId(traceId, { stage: 'profile', partition: 3, offset: 1201 }))
  assert.match(parent.spanId, /^[0-9a-f]{16}$/)
  assert.equal(contextOfRecord({ traceparent, 'ww-source': 'profile/3/1201/1' })?.spanId, parent.spanId)
  for (const other of ['lock/3/1201/0', 'profile/4/1201/0', 'profile/3/1202/0'])
    assert.notEqual(contextOfRecord({ traceparent, 'ww-source': other })?.spanId, parent.spanId, other)
})

test('what is not sampled, not valid or not there has no parent', () => {
  for (const headers of [
    {},
    { traceparent: traceparent.replace(/01$/, '00') },
    { traceparent: 'nonsense' },
    { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` },
  ])
    assert.equal(contextOfRecord(headers), undefined)
})
