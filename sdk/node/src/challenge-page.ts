import { type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline } from 'node:stream'
import { answerRefusal, isAnswered } from './node-answer.ts'
import { refuseUnauthorized, refuseUnknown } from './refusal.ts'
import { activityFromRequest, type RequestActivityOptions } from './request-activity.ts'
import { identified, type Identify } from './require-verified.ts'
import type { Subject } from './status.ts'
import { WatchwordError } from './watchword-error.ts'

/** What the page needs: where the platform is, a key, and who a request is from. */
export type ChallengePageOptions<Request> = RequestActivityOptions & {
  /** Base address of the platform, `http:` or `https:`. */
  readonly url: string
  /** A key with the scopes `check` and `subscribe`. */
  readonly key: string
  /** Null: nobody is signed in, so nothing is asked of them. */
  readonly identify: Identify<Request>
  /** A path of the app where a new session begins; the page leads there when the session has ended. */
  readonly signIn?: string
  /** A path of the app that takes `{mfaToken}` by POST and sets a new session. */
  readonly renew?: string
}

/** A request as its framework has it, and both ends of its connection. */
export type PageRequest<Request> = {
  readonly request: Request
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** Path and query, from the root of the server. */
  readonly target: string
}

// Letter by letter: an address that is tidied up on its way could lead elsewhere on the platform, with the app's key.
const pagePath = /^\/_guard(?:\/(?!\.{1,2}(?:[/?]|$))[\w.~-]+)+(?:\?|$)/
const answersWithinMs = 10_000

/** Whether a request target is the page, or what the page asks for. */
export const isForPage = (target: string): boolean => pagePath.test(target)

/** What of a request the platform has to know; cookies and credentials of the app stay with it. */
const passedOn = [
  'accept',
  'accept-language',
  'content-length',
  'content-type',
  'idempotency-key',
  'origin',
  'sec-fetch-site',
  'traceparent',
  'transfer-encoding',
  'user-agent',
  'x-watchword-capability',
  'x-watchword-ticket',
] as const

/** The one logic behind each framework's `challengePage`: passes `/_guard/` on to the platform, with the app's own word of who it is. Rejects with what `identify` throws. */
export const createChallengePage = <Request>(
  options: ChallengePageOptions<Request>,
): ((page: PageRequest<Request>) => Promise<void>) => {
  const { url, identify } = options
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new WatchwordError('invalid-config', 'url must be the http(s) address of the platform')
  }
  const forward = url.startsWith('https:') ? requestHttps : requestHttp

  return async ({ request, incoming, outgoing, target }) => {
    if (incoming.readableEnded) {
      throw new WatchwordError('invalid-argument', 'the page comes before whatever reads the bodies of requests')
    }
    const subject = await identified(identify, request)
    if (isAnswered(outgoing)) return
    if (subject === null) {
      answerRefusal(outgoing, refuseUnauthorized('missing-credentials'))
      return
    }
    const headers = { ...headersOf(incoming), ...wordOf(subject, incoming, options) }
    const asked = forward(new URL(target, url), { method: incoming.method ?? 'GET', headers, timeout: answersWithinMs })
    asked.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, withoutHops(answer.headers))
      pipeline(answer, outgoing, () => undefined)
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => {
      if (isAnswered(outgoing)) outgoing.destroy()
      else answerRefusal(outgoing, refuseUnknown())
    })
    outgoing.once('close', () => asked.destroy())
    incoming.pipe(asked)
  }
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> => {
  // Of the schemes that an app may use itself only this one is the page's.
  const ticket = /^ticket /i.test(headers.authorization ?? '') ? headers.authorization : undefined
  const given = passedOn.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : []))
  return { ...Object.fromEntries(given), ...(ticket === undefined ? {} : { authorization: ticket }) }
}

/** What the app vouches for, in place of what a client may have sent. */
const wordOf = (
  { user, session = '', device = '' }: Subject,
  incoming: IncomingMessage,
  { key, signIn = '', renew = '', trustedProxies = [] }: ChallengePageOptions<never>,
): Record<string, string> => ({
  'x-watchword-key': key,
  'x-watchword-user': bytesOf(user),
  'x-watchword-session': bytesOf(session),
  'x-watchword-device': bytesOf(device),
  'x-watchword-ip': activityFromRequest(incoming, { trustedProxies }).ip ?? '',
  'x-watchword-sign-in': signIn,
  'x-watchword-renew': renew,
})

/** What is about one connection alone (RFC 9110, 7.6.1). */
const withoutHops = (answered: IncomingMessage['headers']): IncomingMessage['headers'] => {
  const { connection: _, 'keep-alive': __, ...headers } = answered
  return headers
}

/** A header is bytes, which the platform reads as UTF-8. */
const bytesOf = (text: string): string => Buffer.from(text).toString('latin1')
