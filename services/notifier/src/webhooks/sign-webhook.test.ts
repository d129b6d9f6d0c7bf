import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { signWebhook } from './sign-webhook.ts'

const [older, newer, other] = ['old', 'new', 'other'].map(
  (text) => `whsec_${Buffer.from(text.repeat(12)).toString('base64')}`,
) as [string, string, string]

describe('the signature of a webhook', () => {
  const body = '{"type":"notification.access-denied","data":{"user":"ålice"}}'
  // Made when a test runs: what is older than five minutes is refused, and the file may have been loaded before.
  const signed = () => ({ ...signWebhook('n-a-1-2', Date.now(), body, [older, newer]) })

  test('is verified by the library of Standard Webhooks, by whoever has either secret', () => {
    const headers = signed()
    for (const secret of [older, newer]) assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body))
  })

  test('is refused with another secret, for another body, another id, or five minutes later', () => {
    const headers = signed()
    assert.throws(() => new Webhook(other).verify(body, headers))
    assert.throws(() => new Webhook(newer).verify(body.replace('ålice', 'bob'), headers))
    assert.throws(() => new Webhook(newer).verify(body, { ...headers, 'webhook-id': 'n-a-1-3' }))
    const late = { ...signWebhook('n-a-1-2', Date.now() - 6 * 60_000, body, [newer]) }
    assert.throws(() => new Webhook(newer).verify(body, late))
  })
})
