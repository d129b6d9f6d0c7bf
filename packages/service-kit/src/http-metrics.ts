import type { FastifyRequest } from 'fastify'
import { Histogram, type Registry } from 'prom-client'
import type { HttpServer } from './http-server-type.ts'

const name = 'watchword_http_request_duration_seconds'
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const shed = new WeakSet<FastifyRequest>()

/** Its answer tells what can wait to come later, and is measured apart from faults. */
export function noteShed(request: FastifyRequest): void {
  shed.add(request)
}

/** Measures every answer by the pattern of its route (never the url, which holds user ids) and logs it at debug. */
export function observeHttpRequests(server: HttpServer, metrics: Registry): void {
  const durations = durationsOf(metrics)
  server.addHook('onResponse', (request, reply, done) => {
    const labels = {
      route: request.routeOptions.url ?? 'unmatched',
      method: request.method,
      code: String(reply.statusCode),
      ...(shed.has(request) ? { shed: 'true' } : {}),
    }
    durations.observe(labels, reply.elapsedTime / 1000)
    request.log.debug({ ...labels, durationMs: Math.round(reply.elapsedTime) }, 'request answered')
    done()
  })
}

/** The one histogram of all servers that share the registry: a metric can be registered in it once. */
export function durationsOf(metrics: Registry): Histogram<'route' | 'method' | 'code' | 'shed'> {
  const known = metrics.getSingleMetric(name)
  if (known instanceof Histogram) return known
  return new Histogram({
    name,
    help: 'How long requests took, from the first byte of the request to the last of the answer. With the label `shed` what can wait was told to come later, because there was too much.',
    labelNames: ['route', 'method', 'code', 'shed'],
    buckets,
    registers: [metrics],
  })
}
