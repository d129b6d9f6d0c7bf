import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ChallengePageOptions, createChallengePage, isForPage } from './challenge-page.ts'
import { isAnswered } from './node-answer.ts'
import { decideAuthorized, type RequireAuthorizationOptions } from './require-authorization.ts'
import { type Decide, decideVerified, type RequestReader, type RequireVerifiedOptions } from './require-verified.ts'

/** What this middleware needs of a Koa context. */
export type KoaContextLike = {
  readonly originalUrl: string
  readonly req: IncomingMessage
  readonly res: ServerResponse
  status: number
  body: unknown
  /** False: Koa leaves the answer to somebody else. */
  respond?: boolean | undefined
  readonly set: (values: Record<string, string>) => void
}

/** Koa middleware. */
export type KoaMiddleware<Context> = (context: Context, next: () => Promise<unknown>) => Promise<void>

/** Koa middleware: lets verified requests through, answers the others like the Express middleware. */
export const requireVerified = <Context extends KoaContextLike>(
  options: RequireVerifiedOptions<Context>,
): KoaMiddleware<Context> => middleware(decideVerified(options, reader))

/** Lets each request through that uses an approved authorization, and answers the others with the one to be approved. */
export const requireAuthorization = <Context extends KoaContextLike>(
  options: RequireAuthorizationOptions<Context>,
): KoaMiddleware<Context> => middleware(decideAuthorized(options, reader))

/** Serves the hosted page and what it asks for, at `/_guard/`; before whatever reads bodies. */
export const challengePage = <Context extends KoaContextLike>(
  options: ChallengePageOptions<Context>,
): KoaMiddleware<Context> => {
  const answer = createChallengePage(options)
  return async (context, next) => {
    const target = reader.target(context)
    if (!isForPage(target)) {
      await next()
      return
    }
    await answer({ request: context, incoming: context.req, outgoing: context.res, target })
    context.respond = false
  }
}

const middleware =
  <Context extends KoaContextLike>(decide: Decide<Context>): KoaMiddleware<Context> =>
  async (context, next) => {
    const refusal = await decide(context)
    if (isAnswered(context.res)) {
      context.respond = false
      return
    }
    if (refusal === undefined) {
      await next()
      return
    }
    context.status = refusal.status
    context.body = JSON.stringify(refusal.body)
    // After the body, which sets a type of its own.
    context.set({ ...refusal.headers })
  }

const reader: RequestReader<KoaContextLike> = {
  target: (context) => context.originalUrl,
  incoming: (context) => context.req,
}
