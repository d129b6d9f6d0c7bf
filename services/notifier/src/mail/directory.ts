import { shortHash } from '@watchword/contracts'
import type { AddressGuard } from '../outbound/address-guard.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import { post } from '../outbound/post.ts'
import { signWebhook } from '../webhooks/sign-webhook.ts'
import type { MailConfig } from './mail-config.ts'
import { type Locale, localeOf } from './mail-texts.ts'

/** Where a person reads mail, and in which language. */
export type Mailbox = Readonly<{ address: string; locale: Locale }>

/** Asks the customer's own system for a person's address, which Watchword keeps nowhere. */
export interface Directory {
  /** Null for somebody who has none, or wants none. Rejects with an OutboundError. */
  mailboxOf(tenant: string, user: string, signal: AbortSignal): Promise<Mailbox | null>
}

const answerBytesMax = 16_384

/** One address and nothing else: what could begin another header, or another recipient, is no address. */
const addressPattern = /^[^\s<>()[\]\\,;:"@\p{Cc}]{1,64}@[^\s<>()[\]\\,;:"@\p{Cc}]{1,255}$/u

export function createDirectory(
  { url, secrets }: MailConfig['directory'],
  { guard, now }: Readonly<{ guard: AddressGuard; now: () => number }>,
): Directory {
  return {
    async mailboxOf(tenant, user, signal) {
      const body = JSON.stringify({ tenant, user })
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'watchword-directory',
        ...signWebhook(`d-${shortHash(tenant, user)}-${now()}`, now(), body, secrets),
      }
      const { status, text } = await post({ url: new URL(url), headers, body, signal, answerBytesMax }, guard)
      if (status === 404) return null
      if (status !== 200) throw new OutboundError('directory-failed', 'the directory did not answer with 200 or 404')
      return mailboxIn(text)
    },
  }
}

function mailboxIn(text: string): Mailbox {
  const { email, locale } = readObject(text)
  if (typeof email !== 'string' || !addressPattern.test(email))
    throw new OutboundError('directory-failed', 'what the directory answered holds no address')
  return { address: email, locale: localeOf(locale) }
}

function readObject(text: string): Readonly<{ email?: unknown; locale?: unknown }> {
  try {
    return (JSON.parse(text) ?? {}) as object
  } catch (cause) {
    throw new OutboundError('directory-failed', 'what the directory answered is not JSON', { cause })
  }
}
