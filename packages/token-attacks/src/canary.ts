import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { SigningKey } from './signing-key.ts'

/** A server of the attacker with their keys: whoever follows an address in a token is seen, and would believe the token. */
export type Canary = Readonly<{ url: string; connections: () => number }>

export async function startCanary(t: TestContext, keys: readonly SigningKey[]): Promise<Canary> {
  let connections = 0
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
  })
  server.on('connection', () => (connections += 1)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, connections: () => connections }
}
