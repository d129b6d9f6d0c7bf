import type { IncomingHttpHeaders } from 'node:http'
import { refusalFor, type RequireVerifiedOptions } from './require-verified.ts'

/** What this hook needs of a Fastify request: `url` is what Fastify routes by. */
export type FastifyRequestLike = { readonly url: string; readonly headers: IncomingHttpHeaders }

/** What this hook needs of a Fastify reply. */
export type FastifyReplyLike = {
  readonly code: (status: number) => unknown
  readonly headers: (values: Record<string, string>) => unknown
  readonly send: (payload: string) => unknown
}

/** A Fastify hook (`onRequest` or `preHandler`): lets verified requests through, answers the others like the Express middleware. */
export const requireVerified = <Request extends FastifyRequestLike>(
  options: RequireVerifiedOptions<Request>,
): ((request: Request, reply: FastifyReplyLike) => Promise<unknown>) => {
  const guard = options.client.createGuard(options)
  return async (request, reply) => {
    const refusal = await refusalFor(guard, options.identify, request, request.url)
    if (refusal === undefined) return undefined
    reply.code(refusal.status)
    reply.headers({ ...refusal.headers })
    reply.send(JSON.stringify(refusal.body))
    // An async hook that has answered returns the reply, so that Fastify stops there.
    return reply
  }
}
