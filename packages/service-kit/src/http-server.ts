import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import type { Registry } from 'prom-client'
import { answerClientError } from './client-error.ts'
import { noteShed, observeHttpRequests } from './http-metrics.ts'
import type { HttpServer } from './http-server-type.ts'
import type { Logger } from './logger.ts'
import { lazyChild } from './lazy-child-logger.ts'
import { createRouteMethods } from './route-methods.ts'
import { openApiOptions } from './open-api.ts'
import { problem, problemBody } from './problem.ts'
import { problemOfError } from './problem-of-error.ts'
import { isRequestId } from './request-id.ts'
import { compileRequestValidator } from './request-validator.ts'
import { takeShortcuts } from './shortcuts.ts'

/** Limits and the head of the OpenAPI document; every duration in milliseconds. */
export type HttpServerConfig = {
  readonly title: string
  readonly version: string
  /** Of routes that set none of their own; default 64 KiB. */
  readonly bodyLimitBytes?: number
  /** How long a whole request may take to arrive; default 30 000. */
  readonly requestTimeoutMs?: number
  /** How long a socket may be silent; default 60 000. */
  readonly connectionTimeoutMs?: number
  /** How long an idle connection is kept; default 72 000, above the 60 s of most proxies. */
  readonly keepAliveTimeoutMs?: number
}

// Reading and checking a body holds the event loop, for some routes before anybody has shown a key: a megabyte took half a second.
const bodyLimitBytes = 65_536

export type HttpServerDeps = {
  readonly logger: Logger
  readonly metrics: Registry
  readonly newId: () => string
}

/**
 * Makes the HTTP server of a service: request ids, problem details for every error, strict schemas, metrics by route,
 * an OpenAPI document at `server.swagger()`. It listens only when told to; `close` lets requests in flight finish.
 */
export async function createHttpServer(config: HttpServerConfig, deps: HttpServerDeps): Promise<HttpServer> {
  const loggerInstance: FastifyBaseLogger = deps.logger
  const server: HttpServer = Fastify({
    loggerInstance,
    childLoggerFactory: (_logger, bindings, options) => lazyChild(deps.logger, bindings, options),
    // Fastify's own request log holds the url, and so user ids; the hook of `observeHttpRequests` logs the route.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: false,
    bodyLimit: config.bodyLimitBytes ?? bodyLimitBytes,
    requestTimeout: config.requestTimeoutMs ?? 30_000,
    connectionTimeout: config.connectionTimeoutMs ?? 60_000,
    keepAliveTimeout: config.keepAliveTimeoutMs ?? 72_000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    requestIdHeader: false,
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && isRequestId(given) ? given : deps.newId()
    },
    routerOptions: { maxParamLength: 1024 },
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
    clientErrorHandler: answerClientError(deps.newId),
  }).withTypeProvider<TypeBoxTypeProvider>()

  acceptEmptyJson(server)
  server.setValidatorCompiler(compileRequestValidator)
  server.setErrorHandler(sendProblem)
  const routeMethods = createRouteMethods()
  server.addHook('onRoute', (route) => routeMethods.add(route.url, route.method))
  server.setNotFoundHandler((request, reply) => {
    const allowed = routeMethods.allowedAt(request.url)
    const missing =
      allowed.length === 0
        ? problem('not-found')
        : problem('method-not-allowed', { headers: { allow: allowed.join(', ') } })
    sendProblem(missing, request, reply)
  })
  let closing = false
  server.addHook('preClose', async () => {
    closing = true
  })
  // One hook, with a callback: every further one, and every promise of an async one, costs each request a turn.
  server.addHook('onSend', (request, reply, payload, done) => {
    void reply.header('x-request-id', request.id)
    // A request that was in flight when the close began would otherwise leave its connection open, and the close waiting.
    if (closing) void reply.header('connection', 'close')
    done(null, payload)
  })
  observeHttpRequests(server, deps.metrics)
  takeShortcuts(server, { ...deps, isClosing: () => closing })
  await server.register(swagger, openApiOptions({ title: config.title, version: config.version }))
  return server
}

/** Many clients name a JSON body on every request, a DELETE without one too: no bytes are no body, and the schema says whether one is needed. */
function acceptEmptyJson(server: HttpServer): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeContentTypeParser('application/json')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, String(body), done)
  })
}

function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = problemOfError(thrown)
  if (error.code === 'internal') request.log.error({ err: thrown }, 'request failed')
  // One line for each would be most work when there is most already; a metric counts them.
  else if (error.code === 'overloaded') request.log.debug({ code: error.code }, 'request refused')
  else if (error.status >= 500) request.log.warn({ code: error.code, err: error.cause }, 'request refused')
  if (error.isShed) noteShed(request)
  // The serializer of the route's schema would drop the members of a problem that it does not know.
  void reply
    .code(error.status)
    .headers(error.headers)
    .header('x-request-id', request.id)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemBody(error, `/requests/${encodeURIComponent(request.id)}`))
}
