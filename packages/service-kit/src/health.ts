import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import type { HttpServer } from './http-server-type.ts'
import type { Logger } from './logger.ts'

/** What a readiness check finds; `detail` is a constant text without secrets. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly detail: string }

export type ReadinessCheck = () => Readiness | Promise<Readiness>

export type HealthConfig = {
  /** A check that has not answered after this many milliseconds counts as not ready; default 2 000. */
  readonly checkTimeoutMs?: number
}

export type HealthDeps = {
  readonly checks: Readonly<Record<string, ReadinessCheck>>
  readonly metrics: Registry
  readonly logger: Logger
}

const checkSchema = Type.Object({ ready: Type.Boolean(), detail: Type.Optional(Type.String()) })
const checksSchema = { ready: Type.Boolean(), checks: Type.Record(Type.String(), checkSchema) }

const liveness = {
  summary: 'Says that the process runs.',
  security: [],
  response: { 200: Type.Object({ alive: Type.Literal(true) }, { description: 'It does.' }) },
}

const readiness = {
  summary: 'Says which parts are ready; 503 while one is not.',
  security: [],
  response: {
    200: Type.Object(checksSchema, { description: 'Every part is ready.' }),
    503: Type.Object(checksSchema, { description: 'A part is not ready; `checks` says which.' }),
  },
}

const exposition = {
  summary: 'The metrics of the process; no user, session or address is in them.',
  security: [],
  documentation: {
    answers: {
      200: { description: 'The text format of Prometheus.', body: Type.String(), mediaType: 'text/plain' },
    },
  },
}

/**
 * Registers `/livez` (the process answers), `/readyz` (every named check holds and the server is not closing) and
 * `/metrics` (Prometheus text).
 */
export function registerHealthRoutes(server: HttpServer, config: HealthConfig, deps: HealthDeps): void {
  const timeoutMs = config.checkTimeoutMs ?? 2_000
  let draining = false
  server.addHook('preClose', async () => {
    draining = true
  })
  const drainingCheck: ReadinessCheck = () => (draining ? { ready: false, detail: 'draining' } : { ready: true })

  server.get('/livez', { schema: liveness }, async () => ({
    alive: true as const,
  }))

  server.get('/readyz', { schema: readiness }, async (_request, reply) => {
    const named = Object.entries({ ...deps.checks, server: drainingCheck })
    const found = await Promise.all(
      named.map(async ([name, check]) => [name, await outcomeOf(name, check, timeoutMs, deps.logger)] as const),
    )
    const ready = found.every(([, outcome]) => outcome.ready)
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready, checks: Object.fromEntries(found) })
  })

  server.get('/metrics', { schema: exposition }, async (_request, reply) => {
    return reply.type(deps.metrics.contentType).send(await deps.metrics.metrics())
  })
}

async function outcomeOf(name: string, check: ReadinessCheck, timeoutMs: number, logger: Logger): Promise<Readiness> {
  const late = Promise.withResolvers<Readiness>()
  const timer = setTimeout(() => late.resolve({ ready: false, detail: 'no answer in time' }), timeoutMs)
  try {
    return await Promise.race([check(), late.promise])
  } catch (error) {
    logger.warn({ check: name, err: error }, 'readiness check failed')
    return { ready: false, detail: 'failed' }
  } finally {
    clearTimeout(timer)
  }
}
