import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
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
