import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import {
  createHttpServer,
  createLogger,
  createMetrics,
  type HttpServer,
  type ReadinessCheck,
  registerHealthRoutes,
} from './index.ts'

const logger = createLogger({ service: 'sample', version: '1', level: 'silent' })

async function serverWith(checks: Record<string, ReadinessCheck>, checkTimeoutMs = 20): Promise<HttpServer> {
  const metrics = createMetrics({ service: 'sample', version: '9', processMetrics: false })
  const server = await createHttpServer({ title: 'x', version: '1' }, { logger, metrics, newId: () => 'id' })
  registerHealthRoutes(server, { checkTimeoutMs }, { checks, metrics, logger })
  return server
}

test('readiness needs every check: one that says no, throws or does not answer makes it 503 and is named', async (t) => {
  const server = await serverWith({
    fine: () => ({ ready: true }),
    behind: async () => ({ ready: false, detail: 'catching up' }),
    broken: () => {
      throw new Error('the password is hunter2')
    },
    silent: () => Promise.withResolvers<{ ready: true }>().promise,
  })
  t.after(() => server.close())
  const answer = await server.inject('/readyz')
  assert.equal(answer.statusCode, 503)
  assert.deepEqual(answer.json().checks, {
    fine: { ready: true },
    behind: { ready: false, detail: 'catching up' },
    broken: { ready: false, detail: 'failed' },
    silent: { ready: false, detail: 'no answer in time' },
    server: { ready: true },
  })
  assert.equal((await server.inject('/livez')).statusCode, 200)
})

test('metrics are Prometheus text with the build', async (t) => {
  const server = await serverWith({})
  t.after(() => server.close())
  assert.equal((await server.inject('/readyz')).statusCode, 200)
  const answer = await server.inject('/metrics')
  assert.match(String(answer.headers['content-type']), /^text\/plain/)
  assert.match(answer.body, /watchword_build_info\{service="sample",version="9",node="v\d+/)
})

test('closing lets the request in flight finish and tells the client to close its connection', async () => {
  const server = await serverWith({})
  const arrived = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  server.get('/slow', async () => {
    arrived.resolve()
    await release.promise
    return { done: true }
  })
  server.addHook('preClose', async () => release.resolve())
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as AddressInfo
  const asked = request({ port, path: '/slow' }).end()
  await arrived.promise
  const closed = server.close()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.resume()
  assert.deepEqual([answer.statusCode, answer.headers.connection], [200, 'close'])
  await closed
})

test('bytes that are not HTTP are answered with a problem and the connection is closed', async (t) => {
  const server = await serverWith({})
  t.after(() => server.close())
  await server.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  socket.end('nonsense\r\n\r\n')
  const text = (await socket.setEncoding('utf8').toArray()).join('')
  assert.match(text, /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json/)
  assert.match(text, /"code":"malformed"/)
})
