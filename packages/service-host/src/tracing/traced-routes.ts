import type { HttpServer } from '@watchword/service-kit'
import type { ServeDeps } from '../serve.ts'
import type { ServiceSpans } from './service-spans.ts'

/** The routes of a service, with a span for every request that may write; the same routes where nothing is traced. */
export function tracedRoutes(spans: ServiceSpans | undefined, routes: ServeDeps['routes']): ServeDeps['routes'] {
  if (spans === undefined) return routes
  return async (server, url) => {
    // In a scope of their own: the server may have routes of other services.
    await server.register(async (scope: HttpServer) => {
      spans.requests(scope)
      await routes(scope, url)
    })
  }
}
