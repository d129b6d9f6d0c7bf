import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { AddressGuard, PinnedAddress } from './address-guard.ts'
import { OutboundError } from './outbound-error.ts'
import { pinnedLookup } from './pinned-lookup.ts'
import { withinLimit } from './within-limit.ts'

export type PostRequest = Readonly<{
  url: URL
  headers: Readonly<Record<string, string>>
  body: string
  /** Gives it up from outside. */
  signal: AbortSignal
  /** How much of the answer is read; more is a broken connection. Default: nothing is. */
  answerBytesMax?: number
}>

export type PostAnswer = Readonly<{ status: number; retryAfterMs: number | undefined; text: string }>

/**
 * Sends a body and answers the status. The name is resolved once, every address must be allowed, and the connection goes to one of them; no redirect is
 * followed and no proxy asked; 15 s is the limit of all of it. Rejects with an OutboundError.
 */
export function post(request: PostRequest, guard: AddressGuard): Promise<PostAnswer> {
  const { url, signal: outside } = request
  return withinLimit(outside, async (signal) => {
    const pinned = await guard.resolve(url.hostname, url.protocol === 'https:')
    try {
      return await send(request, pinned, signal)
    } catch (cause) {
      throw new OutboundError('connect-failed', 'there was no answer', { cause })
    }
  })
}

function send(
  { url, headers, body, answerBytesMax = 0 }: PostRequest,
  pinned: readonly PinnedAddress[],
  signal: AbortSignal,
): Promise<PostAnswer> {
  const start = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const request = start(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        lookup: pinnedLookup(pinned),
        // Every request has a connection of its own: one that is kept would be asked again under another resolution.
        agent: false,
        signal,
      },
      (response) => {
        const { statusCode = 0, headers: answered } = response
        readText(response, answerBytesMax).then(
          (text) => resolve({ status: statusCode, retryAfterMs: secondsIn(answered['retry-after']), text }),
          reject,
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** So much of an answer; more than nothing, where nothing is wanted, is not even waited for. */
async function readText(response: IncomingMessage, bytesMax: number): Promise<string> {
  if (bytesMax === 0) {
    response.destroy()
    return ''
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new RangeError('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function secondsIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : undefined
}
