import { createHmac } from 'node:crypto'

export type WebhookHeaders = Readonly<{
  'webhook-id': string
  'webhook-timestamp': string
  'webhook-signature': string
}>

/**
 * The headers of Standard Webhooks: one signature for each secret (`whsec_<base64>`), so that whoever has either can verify it; `sentAt` in epoch
 * milliseconds. @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook(id: string, sentAt: number, body: string, secrets: readonly string[]): WebhookHeaders {
  const timestamp = String(Math.floor(sentAt / 1_000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
