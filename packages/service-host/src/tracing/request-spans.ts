import type { IncomingMessage } from 'node:http'
import { type HttpServer, parseTraceparent, traceparentOf } from '@watchword/service-kit'
import type { Span, Tracer } from './tracer.ts'

/** Requests that lead to nothing on the log. */
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** A span for every request to the routes of a scope that may write, by the pattern of its route (never the url, which holds user ids). */
export function traceRequests(scope: HttpServer, tracer: Tracer): void {
  const spans = new WeakMap<IncomingMessage, Span>()
  scope.addHook('onRequest', (request, _reply, done) => {
    const { raw, method } = request
    const route = request.routeOptions.url
    if (!reading.has(method) && route !== undefined) {
      const given = traceparentOf(raw)
      const span = tracer.start({
        name: `${method} ${route}`,
        kind: 'server',
        parent: given === undefined ? undefined : parseTraceparent(given),
        attributes: { 'http.request.method': method, 'http.route': route },
      })
      if (span !== undefined) {
        spans.set(raw, span)
        // From here on the request comes from its span: whoever writes a record because of it names that one.
        raw.headers['traceparent'] = span.traceparent
      }
    }
    done()
  })
  scope.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply
    const attributes = { 'http.response.status_code': statusCode }
    spans.get(request.raw)?.end(statusCode < 500 ? { attributes } : { attributes, error: String(statusCode) })
    done()
  })
}
