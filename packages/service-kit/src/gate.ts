import type { FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import type { RouteSecurity } from './open-api-components.ts'

/** Who may call a route: asked before anything of the body is read, known to the handler, and documented. */
export type Gate<Who> = Readonly<{
  /** For the schema of the route. */
  security: RouteSecurity
  /** For the route: refuses whoever may not call it. */
  onRequest: (request: FastifyRequest, reply: unknown, done: HookHandlerDoneFunction) => void
  /** Who calls; only in a route that has the hook. */
  whoOf: (request: FastifyRequest) => Who
}>

/** Makes a gate; `identify` throws the refusal. */
export function createGate<Who extends object>(
  security: RouteSecurity,
  identify: (request: FastifyRequest) => Who,
): Gate<Who> {
  const known = new WeakMap<FastifyRequest, Who>()
  return {
    security,
    onRequest(request, _reply, done) {
      known.set(request, identify(request))
      done()
    },
    whoOf(request) {
      const who = known.get(request)
      if (who === undefined) throw new TypeError('the route does not ask its gate')
      return who
    },
  }
}
