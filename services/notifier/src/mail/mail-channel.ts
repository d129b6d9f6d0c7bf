import { shortHash } from '@watchword/contracts'
import { createTransport } from 'nodemailer'
import type { Channel, DeliveryResult } from '../deliveries/channel.ts'
import type { Raised } from '../deliveries/raised.ts'
import { isAtLeast } from '../deliveries/severity-floor.ts'
import type { AddressGuard } from '../outbound/address-guard.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import { withinLimit } from '../outbound/within-limit.ts'
import { createDirectory } from './directory.ts'
import type { MailConfig } from './mail-config.ts'
import { mailMessage } from './mail-message.ts'

/** How long a connection to the server may stand still, milliseconds. */
const silenceMsMax = 10_000
/** How long the server may take to end a connection that we have ended, milliseconds. */
const farewellMsMax = 1_000

/** Tells people by mail, at the address that the directory knows. */
export function createMailChannel(
  config: MailConfig,
  deps: Readonly<{ guard: AddressGuard; now: () => number; reportKey?: Uint8Array | undefined }>,
): Channel {
  const { id, tenant, host, port, tls, username, password, from } = config
  const directory = createDirectory(config.directory, deps)
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
    connectionTimeout: silenceMsMax,
    greetingTimeout: silenceMsMax,
    socketTimeout: silenceMsMax,
    socketCloseTimeout: farewellMsMax,
    // What is sent is made of texts alone.
    disableFileAccess: true,
    disableUrlAccess: true,
  })

  async function send(raised: Raised, signal: AbortSignal): Promise<DeliveryResult> {
    const mailbox = await directory.mailboxOf(raised.tenant, raised.user, signal)
    if (mailbox === null) return { outcome: 'gave-up', detail: 'no-mailbox' }
    const { subject, text, html } = mailMessage(raised, mailbox.locale, config, deps.reportKey)
    await transport.sendMail({
      from,
      to: { name: '', address: mailbox.address },
      subject,
      text,
      html,
      // Closes the connection: a server that says a little now and then is never silent.
      signal,
      // The same on every attempt, so that a mailbox can know a repetition.
      messageId: `<${raised.data.id}.${shortHash(tenant, raised.user)}@${hostOf(from)}>`,
      headers: { 'auto-submitted': 'auto-generated' },
    })
    return { outcome: 'delivered', detail: 'accepted' }
  }

  return {
    kind: 'mail',
    id,
    tenant,
    address: shortHash('mail', host, String(port)),
    wants: ({ data }) =>
      data.kind !== 'test' && data.audience.includes('user') && isAtLeast(data, config.severityFloor),
    async deliver(raised, signal) {
      try {
        return await withinLimit(signal, (limited) => send(raised, limited))
      } catch (error) {
        return failureOf(error)
      }
    },
  }
}

/** A server's no for good (5xx) is taken for one; everything else is tried again. */
function failureOf(error: unknown): DeliveryResult {
  if (error instanceof OutboundError) return { outcome: 'failed', detail: error.code, retryAfterMs: 0 }
  const { code, responseCode } = error as Readonly<{ code?: unknown; responseCode?: unknown }>
  // A fault of this process rather than of the way to the server.
  if (typeof code !== 'string') throw error
  if (typeof responseCode !== 'number') return { outcome: 'failed', detail: 'smtp-unreachable', retryAfterMs: 0 }
  const detail = `smtp-${responseCode}`
  return responseCode >= 500 && responseCode !== 530 && responseCode !== 535
    ? { outcome: 'gave-up', detail }
    : { outcome: 'failed', detail, retryAfterMs: 0 }
}

function hostOf(from: string): string {
  return /@([^\s<>]+?)>?$/.exec(from)?.[1] ?? 'watchword.invalid'
}
