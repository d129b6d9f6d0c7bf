import type { IncomingMessage } from 'node:http'
import { type HttpServer, parseTraceparent, traceparentOf } from '@watchword/service-kit'
import type { Span, Tracer } from './tracer.ts'

/** Requests that lead to nothing on the log. */
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Behind the version, the trace and the span. */
const flagsAt = 53

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
      // From here on the request comes from its span, or from nothing that is recorded: whoever writes a record because of it says so.
      if (span !== undefined) raw.headers['traceparent'] = span.traceparent
      else if (given !== undefined) raw.headers['traceparent'] = unsampled(given)
      if (span !== undefined) spans.set(raw, span)
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

/** The same context, of which nothing is recorded. */
function unsampled(traceparent: string): string {
  return `${traceparent.slice(0, flagsAt)}00${traceparent.slice(flagsAt + 2)}`
}
