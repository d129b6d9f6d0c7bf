import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createGuardWorld } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

const refusals = {
  'another path': ['/v1/elsewhere', 'sec-websocket-protocol: watchword.v1'],
  'no subprotocol': ['/v1/subscribe'],
  'no key': ['/v1/subscribe', 'sec-websocket-protocol: watchword.v1'],
  'a ticket of nobody': ['/v1/subscribe', 'sec-websocket-protocol: watchword.v1, ticket.x'],
} as const

const endings: Readonly<Record<string, (socket: Socket) => void>> = {
  'is reset': (socket) => void socket.resetAndDestroy(),
  'is destroyed': (socket) => void socket.destroy(),
  'is half closed': (socket) => void socket.end(),
}

async function worldForRawSockets(t: TestContext) {
  const world = await createGuardWorld(t)
  await world.server.listen({ host: '127.0.0.1', port: 0 })
  const { server } = world.server
  world.guard.attachWebSocket(server)
  const { port } = server.address() as AddressInfo
  return { port, connections: promisify(server.getConnections.bind(server)) }
}

function upgrade([path, ...headers]: readonly string[]): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'host: guard',
    'upgrade: websocket',
    'connection: Upgrade',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-version: 13',
    ...headers,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

test('an upgrade that is refused, however the client then ends, neither stops the process nor leaves a connection', async (t) => {
  const { port, connections } = await worldForRawSockets(t)
  for (const [why, lines] of Object.entries(refusals))
    for (const [how, end] of Object.entries(endings)) {
      const clients = Array.from({ length: 20 }, () => connect(port, '127.0.0.1'))
      for (const client of clients) client.on('error', () => undefined)
      await Promise.all(clients.map((client) => once(client, 'connect')))
      for (const client of clients) client.write(upgrade(lines))
      for (const client of clients) client.write(Buffer.alloc(2_000, 'x'))
      for (const client of clients) end(client)
      await until(async () => (await connections()) === 0)
      assert.equal(await connections(), 0, `${why}, ${how}`)
    }
})
