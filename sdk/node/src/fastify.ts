import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { type ChallengePageOptions, createChallengePage, isForPage } from './challenge-page.ts'
import { decideAuthorized, type RequireAuthorizationOptions } from './require-authorization.ts'
import { type Decide, decideVerified, type RequestReader, type RequireVerifiedOptions } from './require-verified.ts'

/** What this hook needs of a Fastify request: `url` is what Fastify routes by. */
export type FastifyRequestLike = {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly raw: Pick<IncomingMessage, 'headers' | 'socket'>
}

/** What this hook needs of a Fastify reply. */
export type FastifyReplyLike = {
  readonly sent: boolean
  readonly code: (status: number) => unknown
  readonly headers: (values: Record<string, string>) => unknown
  readonly send: (payload: string) => unknown
}

/** A Fastify hook for `onRequest`, `preValidation` or `preHandler`. */
export type FastifyHook<Request> = (request: Request, reply: FastifyReplyLike) => Promise<unknown>

/** A Fastify hook: lets verified requests through, answers the others like the Express middleware. */
export const requireVerified = <Request extends FastifyRequestLike>(
  options: RequireVerifiedOptions<Request>,
): FastifyHook<Request> => hook(decideVerified(options, reader))

/** Lets each request through that uses an approved authorization, and answers the others with the one to be approved. */
export const requireAuthorization = <Request extends FastifyRequestLike>(
  options: RequireAuthorizationOptions<Request>,
): FastifyHook<Request> => hook(decideAuthorized(options, reader))

/** What the hook of the page needs of a Fastify request and reply. */
export type FastifyPageRequest = { readonly url: string; readonly raw: IncomingMessage }
export type FastifyPageReply = { readonly raw: ServerResponse; readonly hijack: () => unknown }

/** A Fastify hook for `onRequest` of the root: serves the hosted page and what it asks for, at `/_guard/`. */
export const challengePage = <Request extends FastifyPageRequest>(
  options: ChallengePageOptions<Request>,
): ((request: Request, reply: FastifyPageReply) => Promise<unknown>) => {
  const answer = createChallengePage(options)
  return async (request, reply) => {
    const { url: target, raw: incoming } = request
    if (!isForPage(target)) return undefined
    await answer({ request, incoming, outgoing: reply.raw, target })
    return reply.hijack()
  }
}

const hook =
  <Request>(decide: Decide<Request>): FastifyHook<Request> =>
  async (request, reply) => {
    const refusal = await decide(request)
    // An async hook that has answered, or found an answer, returns the reply, so that Fastify stops there.
    if (reply.sent) return reply
    if (refusal === undefined) return undefined
    reply.code(refusal.status)
    reply.headers({ ...refusal.headers })
    reply.send(JSON.stringify(refusal.body))
    return reply
  }

const reader: RequestReader<FastifyRequestLike> = {
  target: (request) => request.url,
  incoming: (request) => request.raw,
}
