import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ChallengePageOptions, createChallengePage, isForPage } from './challenge-page.ts'
import { decideAuthorized, type RequireAuthorizationOptions } from './require-authorization.ts'
import { type Decide, decideVerified, type RequestReader, type RequireVerifiedOptions } from './require-verified.ts'
import { WatchwordError } from './watchword-error.ts'

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

/** Serves the hosted page and what it asks for, at `/_guard/`, on `@hono/node-server`; before whatever reads bodies. */
export const challengePage = <Context extends HonoContextLike>(
  options: ChallengePageOptions<Context>,
): HonoMiddleware<Context> => {
  const answer = createChallengePage(options)
  return async (context, next) => {
    const target = reader.target(context)
    if (!isForPage(target)) {
      await next()
      return undefined
    }
    const { incoming, outgoing } = (context.env ?? {}) as { incoming?: IncomingMessage; outgoing?: ServerResponse }
    if (incoming === undefined || outgoing === undefined) {
      throw new WatchwordError('invalid-config', 'the page needs the bindings of @hono/node-server')
    }
    await answer({ request: context, incoming, outgoing, target })
    return alreadySent()
  }
}

/** By this header @hono/node-server knows that somebody else answers, but only on a response that is not its own shortcut of one, as a clone never is. */
const alreadySent = (): Response => new Response(null, { headers: { 'x-hono-already-sent': 'true' } }).clone()

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
