import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ServiceSpans } from '@watchword/service-host'
import { createNotifierWorld, webhookTo } from './testing/notifier-world.ts'
import { receiverOf } from './testing/receiver.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('a delivery', () => {
  it('is a span of the trace that led to it, says how it ended, and not to where it went', async (t) => {
    const followed: unknown[] = []
    const spans: Pick<ServiceSpans, 'follow'> = {
      follow(headers, span) {
        assert.equal(headers['traceparent'], traceparent)
        assert.match(headers['ww-source'] ?? '', /^assessment-notice\//)
        return { traceparent, end: (end) => void followed.push({ ...span, end }) }
      },
    }
    const receiver = await receiverOf(t)
    const gone = await receiverOf(t)
    gone.answer(410)
    const webhooks = [webhookTo(receiver.url), webhookTo(gone.url, { id: 'old' })]
    const world = await createNotifierWorld(t, { webhooks, spans, traceparent })
    await world.judge({ decision: 'notify' })
    await world.hasAttempted(2)
    const attributes = { 'watchword.channel': 'webhook', 'watchword.attempt': 1 }
    const span = { name: 'deliver webhook', kind: 'client', attributes }
    const [first, second] = followed.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)
    assert.equal(followed.length, 2)
    assert.deepEqual(first, { ...span, end: {} })
    assert.deepEqual(second, { ...span, end: { error: 'http-410' } })
  })
})
