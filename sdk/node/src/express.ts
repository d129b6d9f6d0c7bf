import type { IncomingMessage, ServerResponse } from 'node:http'
import { refusalFor, type RequireVerifiedOptions } from './require-verified.ts'

type Next = (error?: unknown) => void

/** Express middleware: lets verified requests through, answers locked and ended sessions with 401, unknown ones by the route's failure mode. */
export const requireVerified = <Request extends IncomingMessage>(
  options: RequireVerifiedOptions<Request>,
): ((request: Request, response: ServerResponse, next: Next) => void) => {
  const guard = options.client.createGuard(options)
  const handle = async (request: Request, response: ServerResponse, next: Next): Promise<void> => {
    try {
      const refusal = await refusalFor(guard, options.identify, request, targetOf(request))
      if (refusal !== undefined) {
        response.writeHead(refusal.status, refusal.headers).end(JSON.stringify(refusal.body))
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

// A mounted router sees a shortened url; patterns are about the whole path.
const targetOf = (request: IncomingMessage & { readonly originalUrl?: string }): string =>
  request.originalUrl ?? request.url ?? ''
