import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { startFront } from './front.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A replica that is ready as long as `isReady` says so. */
async function startReplica(t: TestContext, name: string, handle?: Handler) {
  const state = { isReady: true, isSilent: false, asked: 0, looks: 0 }
  const server = createServer((request, response) => {
    if (state.isSilent) return
    if (request.url === '/readyz') {
      state.looks += 1
      response.writeHead(state.isReady ? 200 : 503).end()
      return
    }
    state.asked += 1
    if (handle === undefined) response.end(name)
    else handle(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const end = (): Promise<unknown> => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  t.after(end)
  return { server, state, end, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function openFront(t: TestContext) {
  const front = await startFront(0)
  t.after(() => front.close())
  return front
}

const textAt = async (url: string): Promise<string> => (await fetch(url)).text()

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('each path goes to its service, in turn to the replicas that are ready', async (t) => {
  const front = await openFront(t)
  const [one, two, guard] = await Promise.all(['one', 'two', 'guard'].map((name) => startReplica(t, name)))
  assert.ok(one && two && guard)
  front.route('ingest', [one.url, two.url])
  front.route('session-guard', [guard.url])
  const asked = async (): Promise<ReadonlySet<string>> =>
    new Set([await textAt(`${front.url}/v1/policy`), await textAt(`${front.url}/v1/policy?x=1`)])
  await until(async () => (await asked()).size === 2)
  assert.equal(await textAt(`${front.url}/v1/users/activities/status`), 'guard')
  one.state.isReady = false
  await until(async () => (await asked()).size === 1 && (await asked()).has('two'))
})

test('what a replica says of its own connection is not passed on as if it held for the one of the client', async (t) => {
  const front = await openFront(t)
  const one = await startReplica(t, 'one', (_request, response) => {
    response.writeHead(200, { connection: 'keep-alive', 'keep-alive': 'timeout=72' }).end('one')
  })
  front.route('ingest', [one.url])
  const { headers } = await fetch(`${front.url}/v1/policy`)
  assert.equal(headers.get('keep-alive'), 'timeout=60')
})

test('a request that reached nobody goes to the next replica, body and all; without any it is 503', async (t) => {
  const front = await openFront(t)
  const echo: Handler = (request, response) => void request.pipe(response)
  const [one, two] = [await startReplica(t, 'one', echo), await startReplica(t, 'two', echo)]
  front.route('ingest', [one.url, two.url])
  const post = (): Promise<Response> => fetch(`${front.url}/v1/activities`, { method: 'POST', body: 'activity' })
  await until(async () => (await post()).ok && one.state.asked > 0 && two.state.asked > 0)
  await one.end()
  for (let attempt = 0; attempt < 4; attempt += 1) assert.equal(await (await post()).text(), 'activity')
  await two.end()
  const refused = await post()
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
})

test('a replica that stands still is asked no more, and who waits for it can give up', async (t) => {
  const front = await openFront(t)
  const [one, two] = await Promise.all(['one', 'two'].map((name) => startReplica(t, name)))
  assert.ok(one && two)
  front.route('ingest', [one.url, two.url])
  await until(async () => one.state.looks > 1)
  one.state.isSilent = true
  const ask = (): Promise<Response> => fetch(`${front.url}/v1/policy`, { signal: AbortSignal.timeout(100) })
  const answered = async (): Promise<boolean> => (await ask().catch(() => undefined))?.ok === true
  await until(async () => (await answered()) && (await answered()) && (await answered()))
})

test('an answer that breaks off breaks off for the client', async (t) => {
  const front = await openFront(t)
  const half: Handler = (_request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('half')
    setImmediate(() => response.destroy())
  }
  const one = await startReplica(t, 'one', half)
  front.route('ingest', [one.url])
  await assert.rejects(textAt(`${front.url}/v1/policy`))
})

test('a subscription goes through, both ways, until one side ends it', async (t) => {
  const front = await openFront(t)
  const guard = await startReplica(t, 'guard')
  const sockets = new WebSocketServer({ server: guard.server, handleProtocols: () => 'watchword.v1' })
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data))
  })
  front.route('session-guard', [guard.url])
  const client = new WebSocket(`${front.url.replace('http', 'ws')}/v1/subscribe`, ['watchword.v1', 'ticket.x'])
  await once(client, 'open')
  assert.equal(client.protocol, 'watchword.v1')
  client.send('ping')
  const [said] = (await once(client, 'message')) as [Buffer]
  assert.equal(said.toString(), 'ping')
  for (const socket of sockets.clients) socket.close(1012)
  const [code] = (await once(client, 'close')) as [number]
  assert.equal(code, 1012)
})
