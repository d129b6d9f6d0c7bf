import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ChallengePageOptions, createChallengePage, isForPage } from './challenge-page.ts'
import { answerRefusal, isAnswered } from './node-answer.ts'
import { decideAuthorized, type RequireAuthorizationOptions } from './require-authorization.ts'
import { type Decide, decideVerified, type RequestReader, type RequireVerifiedOptions } from './require-verified.ts'

/** A request listener of `node:http`. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server of `node:http` has nobody who takes errors, so the app says here what becomes of those of `identify` and `action`. */
export type WithErrorAnswer = {
  readonly onError: (error: unknown, request: IncomingMessage, response: ServerResponse) => void
}

/** Wraps a listener of `node:http`: verified requests reach it, the others are answered like by the Express middleware. */
export const requireVerified = (
  options: RequireVerifiedOptions<IncomingMessage> & WithErrorAnswer,
): ((listener: Listener) => Listener) => wrapper(decideVerified(options, reader), options)

/** Lets each request through that uses an approved authorization, and answers the others with the one to be approved. */
export const requireAuthorization = (
  options: RequireAuthorizationOptions<IncomingMessage> & WithErrorAnswer,
): ((listener: Listener) => Listener) => wrapper(decideAuthorized(options, reader), options)

/** Serves the hosted page and what it asks for, at `/_guard/`; all else reaches the listener. */
export const challengePage = ({
  onError,
  ...options
}: ChallengePageOptions<IncomingMessage> & WithErrorAnswer): ((listener: Listener) => Listener) => {
  const answer = createChallengePage(options)
  return (listener) => async (request, outgoing) => {
    const target = reader.target(request)
    if (!isForPage(target)) return listener(request, outgoing)
    try {
      await answer({ request, incoming: request, outgoing, target })
    } catch (error) {
      onError(error, request, outgoing)
    }
    return undefined
  }
}

const wrapper =
  (decide: Decide<IncomingMessage>, { onError }: WithErrorAnswer) =>
  (listener: Listener): Listener =>
  async (request, response) => {
    let refusal
    try {
      refusal = await decide(request)
    } catch (error) {
      onError(error, request, response)
      return
    }
    if (isAnswered(response)) return
    if (refusal === undefined) await listener(request, response)
    else answerRefusal(response, refusal)
  }

const reader: RequestReader<IncomingMessage> = {
  target: (request) => request.url ?? '',
  incoming: (request) => request,
}
