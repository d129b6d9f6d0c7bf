import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ChallengePageOptions, createChallengePage, isForPage } from './challenge-page.ts'
import { answerRefusal, isAnswered } from './node-answer.ts'
import { decideAuthorized, type RequireAuthorizationOptions } from './require-authorization.ts'
import { type Decide, decideVerified, type RequestReader, type RequireVerifiedOptions } from './require-verified.ts'

type Next = (error?: unknown) => void

/** Express middleware, also for Connect and its kin. */
export type ExpressMiddleware<Request> = (request: Request, response: ServerResponse, next: Next) => void

/** Express middleware: lets verified requests through, answers locked and ended sessions with 401, unknown ones by the route's failure mode. */
export const requireVerified = <Request extends IncomingMessage>(
  options: RequireVerifiedOptions<Request>,
): ExpressMiddleware<Request> => middleware(decideVerified(options, reader))

/** Lets each request through that uses an approved authorization, and answers the others with the one to be approved. */
export const requireAuthorization = <Request extends IncomingMessage>(
  options: RequireAuthorizationOptions<Request>,
): ExpressMiddleware<Request> => middleware(decideAuthorized(options, reader))

/** Serves the hosted page and what it asks for, at `/_guard/`; before whatever reads bodies. */
export const challengePage = <Request extends IncomingMessage>(
  options: ChallengePageOptions<Request>,
): ExpressMiddleware<Request> => {
  const answer = createChallengePage(options)
  const handle = async (request: Request, outgoing: ServerResponse, next: Next): Promise<void> => {
    try {
      await answer({ request, incoming: request, outgoing, target: reader.target(request) })
    } catch (error) {
      next(error)
    }
  }
  return (request, outgoing, next) => {
    if (isForPage(reader.target(request))) void handle(request, outgoing, next)
    else next()
  }
}

const middleware = <Request>(decide: Decide<Request>): ExpressMiddleware<Request> => {
  const handle = async (request: Request, response: ServerResponse, next: Next): Promise<void> => {
    try {
      const refusal = await decide(request)
      if (isAnswered(response)) return
      if (refusal !== undefined) {
        answerRefusal(response, refusal)
        return
      }
    } catch (error) {
      next(error)
      return
    }
    next()
  }
  return (request, response, next) => void handle(request, response, next)
}

const reader: RequestReader<IncomingMessage & { readonly originalUrl?: string }> = {
  // A mounted router sees a shortened url; patterns are about the whole path.
  target: (request) => request.originalUrl ?? request.url ?? '',
  incoming: (request) => request,
}
