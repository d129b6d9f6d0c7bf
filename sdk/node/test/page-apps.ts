import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import express from 'express'
import { fastify, type FastifyRequest } from 'fastify'
import { type Context, Hono } from 'hono'
import Koa from 'koa'
import * as forExpress from '../src/express.ts'
import * as forFastify from '../src/fastify.ts'
import * as forHono from '../src/hono.ts'
import * as forHttp from '../src/http.ts'
import type { ChallengePageOptions, Requester } from '../src/index.ts'
import * as forKoa from '../src/koa.ts'

type Page = Omit<ChallengePageOptions<never>, 'identify'>

/** Who a request is from, in the terms of headers. */
const byHeaders = ({ 'x-user': user, 'x-session': session }: IncomingMessage['headers']): Requester | null => {
  if (user === 'broken') throw new Error('the session store is down')
  return typeof user === 'string' ? { user: decodeURIComponent(user), session: String(session) } : null
}

const listen = async (t: TestContext, listener: forHttp.Listener): Promise<number> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Starts an app that answers `app` to all but the page, in each framework; resolves with its port. */
export const pageFrameworks = {
  express: async (t: TestContext, page: Page): Promise<number> => {
    const server = express()
    server.use(forExpress.challengePage({ ...page, identify: ({ headers }) => byHeaders(headers) }))
    server.use(express.json())
    server.use((_request, response) => void response.send('app'))
    server.use((_error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      response.status(500).end()
    })
    return listen(t, server)
  },
  fastify: async (t: TestContext, page: Page): Promise<number> => {
    const server = fastify()
    const hook = forFastify.challengePage<FastifyRequest>({ ...page, identify: ({ headers }) => byHeaders(headers) })
    server.addHook('onRequest', hook)
    server.all('/*', async () => 'app')
    t.after(() => server.close())
    await server.listen({ port: 0, host: '127.0.0.1' })
    return (server.server.address() as AddressInfo).port
  },
  hono: async (t: TestContext, page: Page): Promise<number> => {
    const server = new Hono<{ Bindings: HttpBindings }>()
    server.use(
      forHono.challengePage<Context<{ Bindings: HttpBindings }>>({
        ...page,
        identify: ({ env }) => byHeaders(env.incoming.headers),
      }),
    )
    server.all('*', (context) => context.text('app'))
    server.onError((_error, context) => context.text('', 500))
    return listen(t, getRequestListener(server.fetch))
  },
  http: async (t: TestContext, page: Page): Promise<number> => {
    const wrap = forHttp.challengePage({
      ...page,
      identify: ({ headers }) => byHeaders(headers),
      onError: (_error, _request, response) => void response.writeHead(500).end(),
    })
    return listen(
      t,
      wrap((_request, response) => response.end('app')),
    )
  },
  koa: async (t: TestContext, page: Page): Promise<number> => {
    const server = new Koa()
    server.silent = true
    server.use(forKoa.challengePage<Koa.Context>({ ...page, identify: ({ req }) => byHeaders(req.headers) }))
    server.use((context) => {
      context.body = 'app'
    })
    return listen(t, server.callback())
  },
} as const
