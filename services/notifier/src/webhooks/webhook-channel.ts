import { shortHash } from '@watchword/contracts'
import type { Channel, DeliveryResult } from '../deliveries/channel.ts'
import type { Raised } from '../deliveries/raised.ts'
import { isAtLeast } from '../deliveries/severity-floor.ts'
import type { AddressGuard } from '../outbound/address-guard.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import { post, type PostAnswer } from '../outbound/post.ts'
import type { WebhookConfig } from './webhook-config.ts'
import { signWebhook } from './sign-webhook.ts'
import { webhookPayload } from './webhook-payload.ts'

/** A digest is of the kind that it gathers. */
function kindOf({ kind, facts }: Raised['data']): string {
  return kind === 'digest' ? (facts['of'] ?? kind) : kind
}

export type WebhookDeps = Readonly<{ guard: AddressGuard; now: () => number }>

/** An endpoint that is told by signed HTTP requests. */
export function createWebhookChannel(config: WebhookConfig, { guard, now }: WebhookDeps): Channel {
  const { id, tenant, secrets, kinds } = config
  const url = new URL(config.url)
  return {
    kind: 'webhook',
    id,
    tenant,
    address: shortHash('endpoint', url.href),
    wants: ({ data }) =>
      isAtLeast(data, config.severityFloor) &&
      (data.kind === 'test' || kinds.length === 0 || kinds.some((kind) => kind === kindOf(data))),
    async deliver(raised, signal) {
      const body = webhookPayload(raised)
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'watchword-webhooks',
        ...signWebhook(raised.data.id, now(), body, secrets),
      }
      try {
        return resultOf(await post({ url, headers, body, signal }, guard))
      } catch (error) {
        if (error instanceof OutboundError) return { outcome: 'failed', detail: error.code, retryAfterMs: 0 }
        throw error
      }
    },
  }
}

function resultOf({ status, retryAfterMs = 0 }: PostAnswer): DeliveryResult {
  const detail = `http-${status}`
  if (status >= 200 && status < 300) return { outcome: 'delivered', detail }
  if (status === 410) return { outcome: 'endpoint-gone', detail }
  return { outcome: 'failed', detail, retryAfterMs }
}
