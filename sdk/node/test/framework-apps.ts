import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import express from 'express'
import { fastify, type FastifyRequest } from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import * as forExpress from '../src/express.ts'
import * as forFastify from '../src/fastify.ts'
import * as forHono from '../src/hono.ts'
import * as forHttp from '../src/http.ts'
import * as forKoa from '../src/koa.ts'
import type { Activity, GuardOptions, Requester, Watchword } from '../src/index.ts'

/** What every framework's guard is given here, in the terms of headers. */
export type AppGuard = GuardOptions & {
  readonly client: Watchword
  readonly identify: (headers: IncomingMessage['headers']) => Requester | null | Promise<Requester | null>
  readonly action?: NonNullable<Activity['action']>
}

/** An app behind a guard, the same one in every framework. */
export type App = {
  readonly guard: AppGuard
  /** What the app does with a request that reaches it; a stream is sent as it comes. */
  readonly handle: (path: string, body: () => Promise<string>) => Promise<string | Readable>
  /** Answers 504 in the place of the guard, once this resolves, where the framework lets somebody. */
  readonly timeout?: Promise<void>
}

const fields = ({ guard }: App) => {
  const { identify, ...rest } = guard
  return { rest, identify }
}

const listen = async (t: TestContext, listener: forHttp.Listener): Promise<string> => {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const startExpress = async (t: TestContext, app: App): Promise<string> => {
  const { rest, identify } = fields(app)
  const server = express()
  server.use((_request, response, next) => {
    void app.timeout?.then(() => response.status(504).send('late'))
    next()
  })
  server.use(forExpress.requireVerified({ ...rest, identify: (request) => identify(request.headers) }))
  server.use(async (request: express.Request, response: express.Response) => {
    const answer = await app.handle(request.path, () => text(request))
    if (typeof answer === 'string') response.send(answer)
    else answer.pipe(response)
  })
  server.use((error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    response.status(500).send(error.message)
  })
  return listen(t, server)
}

const startFastify = async (t: TestContext, app: App): Promise<string> => {
  const { rest, identify } = fields(app)
  const server = fastify()
  server.addHook('onRequest', async (_request, reply) => {
    void app.timeout?.then(() => reply.code(504).send('late'))
  })
  server.addHook(
    'onRequest',
    forFastify.requireVerified<FastifyRequest>({ ...rest, identify: (request) => identify(request.headers) }),
  )
  server.all('/*', (request) => app.handle(request.url, async () => request.body as string))
  t.after(() => server.close())
  return server.listen({ port: 0, host: '127.0.0.1' })
}

const startKoa = async (t: TestContext, app: App): Promise<string> => {
  const { rest, identify } = fields(app)
  const server = new Koa()
  server.silent = true
  server.use(async (context, next) => {
    void app.timeout?.then(() => context.res.writeHead(504).end('late'))
    try {
      await next()
    } catch (error) {
      context.status = 500
      context.body = (error as Error).message
    }
  })
  server.use(forKoa.requireVerified<Koa.Context>({ ...rest, identify: (context) => identify(context.req.headers) }))
  server.use(async (context) => {
    context.body = await app.handle(context.path, () => text(context.req))
  })
  return listen(t, server.callback())
}

const startHono = async (t: TestContext, app: App): Promise<string> => {
  const { rest, identify } = fields(app)
  const server = new Hono<{ Bindings: HttpBindings }>()
  server.use(forHono.requireVerified({ ...rest, identify: ({ req }) => identify(Object.fromEntries(req.raw.headers)) }))
  server.all('*', async (context) => {
    const answer = await app.handle(context.req.path, () => context.req.text())
    return new Response(typeof answer === 'string' ? answer : (Readable.toWeb(answer) as ReadableStream))
  })
  server.onError((error, context) => context.text(error.message, 500))
  return listen(t, getRequestListener(server.fetch))
}

const startHttp = async (t: TestContext, app: App): Promise<string> => {
  const { rest, identify } = fields(app)
  const guarded = forHttp.requireVerified({
    ...rest,
    identify: (request) => identify(request.headers),
    onError: (error, _request, response) => void response.writeHead(500).end((error as Error).message),
  })
  const listener = guarded(async (request, response) => {
    try {
      const answer = await app.handle(request.url ?? '', () => text(request))
      if (typeof answer === 'string') response.end(answer)
      else answer.pipe(response)
    } catch (error) {
      response.writeHead(500).end((error as Error).message)
    }
  })
  return listen(t, (request, response) => {
    void app.timeout?.then(() => response.writeHead(504).end('late'))
    listener(request, response)
  })
}

/** Starts the app in each framework; resolves with its address. */
export const frameworks = {
  express: startExpress,
  fastify: startFastify,
  hono: startHono,
  http: startHttp,
  koa: startKoa,
} as const

/** The frameworks in which others than the guard can answer while it decides. */
export const answeredByOthers = ['express', 'fastify', 'http', 'koa'] as const

type Done = () => Promise<string>

/** What the approved transfer of these apps is, in the terms of headers. */
const byHeaders = (client: Watchword) => ({
  client,
  approver: 'supervisor' as const,
  identify: ({ 'x-user': user, 'x-session': session }: IncomingMessage['headers']): Requester | null =>
    typeof user === 'string' ? { user, ...(typeof session === 'string' ? { session } : {}) } : null,
  action: ({ 'x-amount': amount }: IncomingMessage['headers']) => ({
    type: 'transfer',
    resource: '/transfers',
    parameters: { amount: Number(amount) },
  }),
})

/** Starts an app whose every request needs an authorization, in each framework. */
export const authorizedFrameworks = {
  express: async (t: TestContext, client: Watchword, done: Done): Promise<string> => {
    const { identify, action, ...rest } = byHeaders(client)
    const server = express()
    server.use(
      forExpress.requireAuthorization({
        ...rest,
        identify: ({ headers }) => identify(headers),
        action: ({ headers }) => action(headers),
      }),
    )
    server.use(async (_request: express.Request, response: express.Response) => void response.send(await done()))
    server.use((_error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      response.status(500).end()
    })
    return listen(t, server)
  },
  fastify: async (t: TestContext, client: Watchword, done: Done): Promise<string> => {
    const { identify, action, ...rest } = byHeaders(client)
    const server = fastify()
    const hook = forFastify.requireAuthorization<FastifyRequest>({
      ...rest,
      identify: ({ headers }) => identify(headers),
      action: ({ headers }) => action(headers),
    })
    server.addHook('preHandler', hook)
    server.all('/*', done)
    t.after(() => server.close())
    return server.listen({ port: 0, host: '127.0.0.1' })
  },
  hono: async (t: TestContext, client: Watchword, done: Done): Promise<string> => {
    const { identify, action, ...rest } = byHeaders(client)
    const server = new Hono<{ Bindings: HttpBindings }>()
    server.use(
      forHono.requireAuthorization({
        ...rest,
        identify: ({ req }) => identify(Object.fromEntries(req.raw.headers)),
        action: ({ req }) => action(Object.fromEntries(req.raw.headers)),
      }),
    )
    server.all('*', async (context) => context.text(await done()))
    server.onError((error, context) => context.text(error.message, 500))
    return listen(t, getRequestListener(server.fetch))
  },
  http: async (t: TestContext, client: Watchword, done: Done): Promise<string> => {
    const { identify, action, ...rest } = byHeaders(client)
    const guarded = forHttp.requireAuthorization({
      ...rest,
      identify: ({ headers }) => identify(headers),
      action: ({ headers }) => action(headers),
      onError: (_error, _request, response) => void response.writeHead(500).end(),
    })
    return listen(
      t,
      guarded(async (_request, response) => response.end(await done())),
    )
  },
  koa: async (t: TestContext, client: Watchword, done: Done): Promise<string> => {
    const { identify, action, ...rest } = byHeaders(client)
    const server = new Koa()
    server.silent = true
    server.use(
      forKoa.requireAuthorization<Koa.Context>({
        ...rest,
        identify: ({ req }) => identify(req.headers),
        action: ({ req }) => action(req.headers),
      }),
    )
    server.use(async (context) => {
      context.body = await done()
    })
    return listen(t, server.callback())
  },
} as const
