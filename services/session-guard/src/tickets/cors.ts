import type { Access } from '@watchword/access'
import type { HttpServer } from '@watchword/service-kit'
import { capabilityHeader } from './callers.ts'

const allowedHeaders = [
  'authorization',
  'content-type',
  'idempotency-key',
  'traceparent',
  'x-watchword-ticket',
  capabilityHeader,
]
const preflightMaxAgeSeconds = 600

/**
 * Lets the pages of apps call the routes registered in `scope`: CORS for the exact origins of the apps, nobody else's. Whether the page
 * belongs to the app of the ticket is asked when the ticket is read.
 */
export function allowPages(scope: HttpServer, access: Pick<Access, 'appsOfOrigin'>): void {
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('vary', 'origin')
    const { origin } = request.headers
    if (origin === undefined || access.appsOfOrigin(origin).length === 0) return
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', `${capabilityHeader}, retry-after, x-request-id`)
  })
}

/** Answers the preflight of a path whose methods are these. */
export function registerPreflight(scope: HttpServer, path: string, methods: readonly string[]): void {
  scope.options(path, { schema: { hide: true } }, async (_request, reply) =>
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': allowedHeaders.join(', '),
        'access-control-max-age': String(preflightMaxAgeSeconds),
      })
      .send(),
  )
}
