import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Client, worldWithSockets } from '../testing/socket-world.ts'
import { until } from '../testing/until.ts'

const connections = 1_000

test('a lock reaches a thousand connections of one user and of replicas, each once, and checks are answered meanwhile', async (t) => {
  const { connect: subscriber, demand, call } = await worldWithSockets(t)
  const clients = Array.from({ length: connections }, subscriberOf)
  await until(() => clients.every(({ frames }) => frames.length > 0))
  for (const { frames } of clients) frames.length = 0

  await demand('alice')
  await until(() => clients.some(hasHeard))
  const { status } = await call('GET', '/v1/users/bob/status')
  assert.equal(status, 200)
  await until(() => clients.every(hasHeard))
  assert.equal(
    clients.flatMap(({ frames }) => frames).filter(({ type }) => type === 'mfa-required').length,
    connections,
  )

  function subscriberOf(_: unknown, index: number): Client {
    const client = subscriber()
    client.subscribe(index % 2 === 0 ? 'alice' : '*')
    return client
  }
})

function hasHeard({ frames }: Client): boolean {
  return frames.some(({ type }) => type === 'mfa-required')
}

test('whoever comes back after all were cut has the newest state first, however much happened meanwhile', async (t) => {
  const { connect: subscriber, demand, call, server } = await worldWithSockets(t)
  const users = Array.from({ length: 200 }, (_, index) => `user-${index}`)
  const subscribed = (): Map<string, Client> => {
    const all = users.map((user) => [user, subscriber()] as const)
    for (const [user, client] of all) client.subscribe(user)
    return new Map(all)
  }
  const serverSockets = new Set<Socket>()
  server.server.on('connection', (socket: Socket) => serverSockets.add(socket))

  const before = subscribed()
  await until(() => [...before.values()].every(({ frames }) => frames.length > 0))
  for (const socket of serverSockets) socket.resetAndDestroy()
  await Promise.all([...before.values()].map(({ closed }) => closed))
  // Some are locked while nobody is there, some while everybody comes back.
  const [away, coming] = [users.slice(0, 60), users.slice(60, 120)]
  await Promise.all(away.map((user) => demand(user)))
  const after = subscribed()
  await Promise.all(coming.map((user) => demand(user)))
  await until(async () => {
    const { status, body } = await call('GET', `/v1/users/${coming.at(-1) ?? ''}/status`)
    return status === 200 && body['mfaVerified'] === false
  })
  for (const [user, client] of after) {
    const expected = away.includes(user) || coming.includes(user) ? 1 : 0
    await until(() => (client.frames.at(-1)?.['seq'] ?? -1) === expected)
    assert.equal(client.frames[0]?.type, 'state', user)
    const seqs = client.frames.flatMap(({ type, seq }) => (type === 'lock-acknowledged' ? [] : [seq as number]))
    assert.deepEqual(
      seqs,
      [...new Set(seqs)].toSorted((a, b) => a - b),
      `${user} hears of each thing once, in order`,
    )
  }
})

test('an open connection keeps nothing of the request that opened it', async (t) => {
  const { key, server } = await worldWithSockets(t)
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const requests: WeakRef<IncomingMessage>[] = []
  server.server.on('upgrade', (request: IncomingMessage) => requests.push(new WeakRef(request)))
  const opened = await Promise.all(Array.from({ length: 20 }, () => openRaw(port, key)))
  t.after(() => opened.forEach((socket) => socket.destroy()))
  assert.equal(requests.length, opened.length)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await until(() => {
    collect()
    return requests.every((request) => request.deref() === undefined)
  })
  assert.ok(opened.every(({ readyState }) => readyState === 'open'))
})

/** A client without the library, which keeps its own half of a request. */
async function openRaw(port: number, key: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  const lines = [
    'GET /v1/subscribe HTTP/1.1',
    'host: guard',
    'upgrade: websocket',
    'connection: Upgrade',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-version: 13',
    'sec-websocket-protocol: watchword.v1',
    `authorization: Bearer ${key}`,
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    if (String(chunk).startsWith('HTTP/1.1 101')) break
  }
  return socket
}
