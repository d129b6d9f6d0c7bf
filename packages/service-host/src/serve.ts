import { randomUUID } from 'node:crypto'
import {
  createHttpServer,
  freePort,
  type HttpServer,
  type Lifecycle,
  type Logger,
  type ReadinessCheck,
  registerHealthRoutes,
} from '@watchword/service-kit'
import type { Registry } from 'prom-client'
import { type Static, Type } from 'typebox'
import { version } from './version.ts'

/** Where a process listens: the section `server` of a configuration, with the port of its kind. */
export function serverSchema(port: number) {
  return Type.Object({
    host: Type.String({ default: '127.0.0.1', description: 'Loopback unless told otherwise' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: port, description: '0 takes a free one' }),
  })
}

export type ServeConfig = Static<ReturnType<typeof serverSchema>> & Readonly<{ title: string }>

export type ServeDeps = Readonly<{
  logger: Logger
  metrics: Registry
  lifecycle: Lifecycle
  /** What `/readyz` asks. */
  checks: Readonly<Record<string, ReadinessCheck>>
  /** Adds what is served beside health, metrics and the OpenAPI document, before anybody can ask for it. */
  routes: (server: HttpServer, url: string) => Promise<void>
}>

const openApiSchema = {
  summary: 'The OpenAPI document of the process.',
  security: [],
  documentation: { answers: { 200: { description: 'OpenAPI 3.1.', body: Type.Object({ openapi: Type.String() }) } } },
}

/** Listens until the lifecycle stops; answers where. */
export async function serve(config: ServeConfig, deps: ServeDeps): Promise<Readonly<{ url: string }>> {
  const { logger, metrics, lifecycle, checks } = deps
  const { host, title } = config
  // Of a request nobody needs to know by its id when it came, and one of version 7 takes three times as long to make.
  const newId = (): string => randomUUID()
  const server = await createHttpServer({ title, version }, { logger, metrics, newId })
  registerHealthRoutes(server, {}, { metrics, logger, checks })
  const port = config.port || (await freePort(host))
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  await deps.routes(server, url)
  server.get('/openapi.json', { schema: openApiSchema }, async () => server.swagger())
  await server.listen({ host, port })
  lifecycle.defer('http server', () => server.close())
  return { url }
}
