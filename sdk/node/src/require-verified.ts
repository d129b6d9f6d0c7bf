import type { IncomingMessage } from 'node:http'
import type { Activity } from './activity.ts'
import type { GuardOptions } from './guard-options.ts'
import type { Refusal } from './refusal.ts'
import { activityFromRequest, type RequestActivityOptions } from './request-activity.ts'
import type { Requester } from './status.ts'
import { parseTrustedProxies } from './trusted-proxies.ts'
import type { Watchword } from './watchword.ts'
import { WatchwordError } from './watchword-error.ts'

type Action = NonNullable<Activity['action']>

/** Who a request is from; null says that nobody signed it. */
export type Identify<Request> = (request: Request) => Requester | null | Promise<Requester | null>

/** What the middlewares take: a client, who a request is from (null: let it pass), and what it needs to be let through. */
export type RequireVerifiedOptions<Request> = GuardOptions &
  RequestActivityOptions & {
    readonly client: Pick<Watchword, 'createGuard'>
    readonly identify: Identify<Request>
    /** What the request is about to do: reported as attempted, and judged by the policy before it is let through. */
    readonly action?: Action | ((request: Request) => Action | Promise<Action>)
  }

/** What a framework's request tells to the guard. */
export type RequestReader<Request> = {
  /** Path and query as the framework routes by them, from the root of the server. */
  readonly target: (request: Request) => string
  readonly incoming: (request: Request) => Pick<IncomingMessage, 'headers' | 'socket'>
}

/** Decides about one request; undefined lets it through. */
export type Decide<Request> = (request: Request) => Promise<Refusal | undefined>

/** The one logic behind each framework's `requireVerified`. */
export const decideVerified = <Request>(
  options: RequireVerifiedOptions<Request>,
  { target: targetOf, incoming }: RequestReader<Request>,
): Decide<Request> => {
  const guard = options.client.createGuard(options)
  const { identify, action, trustedProxies = [] } = options
  const trusted = typeof trustedProxies === 'function' ? trustedProxies : parseTrustedProxies(trustedProxies)

  const attemptOf = async (request: Request) => {
    if (action === undefined) return undefined
    const facts = activityFromRequest(incoming(request), { trustedProxies: trusted })
    return { action: typeof action === 'function' ? await action(request) : action, ...facts }
  }

  return async (request) => {
    const target = targetOf(request)
    if (guard.isExempt(target)) return undefined
    const subject = await identified(identify, request)
    if (subject === null) return undefined
    const verdict = await guard.admit(subject, target, await attemptOf(request))
    return verdict.outcome === 'refused' ? verdict.refusal : undefined
  }
}

/** Asks the app who a request is from; throws `invalid-argument` where it does not say. */
export const identified = async <Request>(identify: Identify<Request>, request: Request): Promise<Requester | null> => {
  const subject = await identify(request)
  // Only null says "nobody"; a missing return must not open every route.
  if (typeof subject !== 'object')
    throw new WatchwordError('invalid-argument', 'identify must return a subject or null')
  return subject
}
