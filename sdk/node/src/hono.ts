import type { IncomingMessage } from 'node:http'
import { decideAuthorized, type RequireAuthorizationOptions } from './require-authorization.ts'
import { type Decide, decideVerified, type RequestReader, type RequireVerifiedOptions } from './require-verified.ts'

/** What this middleware needs of a Hono context; `@hono/node-server` puts the request of Node.js into `env.incoming`. */
export type HonoContextLike = { readonly req: { readonly raw: Request }; readonly env: unknown }

/** Hono middleware. */
export type HonoMiddleware<Context> = (context: Context, next: () => Promise<void>) => Promise<Response | undefined>

/** Hono middleware: lets verified requests through, answers the others like the Express middleware. */
export const requireVerified = <Context extends HonoContextLike>(
  options: RequireVerifiedOptions<Context>,
): HonoMiddleware<Context> => middleware(decideVerified(options, reader))

/** Lets each request through that uses an approved authorization, and answers the others with the one to be approved. */
export const requireAuthorization = <Context extends HonoContextLike>(
  options: RequireAuthorizationOptions<Context>,
): HonoMiddleware<Context> => middleware(decideAuthorized(options, reader))

const middleware =
  <Context>(decide: Decide<Context>): HonoMiddleware<Context> =>
  async (context, next) => {
    const refusal = await decide(context)
    if (refusal !== undefined) {
      return new Response(JSON.stringify(refusal.body), { status: refusal.status, headers: { ...refusal.headers } })
    }
    await next()
    return undefined
  }

const reader: RequestReader<HonoContextLike> = {
  // Hono routes by the text of the address, so nothing may tidy it up here.
  target: ({ req }) => {
    const target = /^[a-z]+:\/\/[^/?#]*([^#]*)/.exec(req.raw.url)?.[1] ?? ''
    return target.startsWith('/') ? target : `/${target}`
  },
  incoming: ({ req, env }) =>
    (env as { readonly incoming?: IncomingMessage } | undefined)?.incoming ?? {
      headers: Object.fromEntries(req.raw.headers),
      socket: {} as IncomingMessage['socket'],
    },
}
