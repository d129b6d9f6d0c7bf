import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** An answer of something that is not Watchword; an object is sent as JSON, a text as HTML. */
export type ForeignAnswer = Readonly<{ status: number; body: string | object }>

/** A server on loopback that gives the answer for a path, or the one for `*`, and is closed after the test; resolves to its address. */
export async function answeringServer(
  t: TestContext,
  answers: Readonly<Record<string, ForeignAnswer>>,
): Promise<string> {
  const server = createServer((request, response) => {
    const { status, body } = answers[request.url ?? ''] ?? answers['*'] ?? { status: 404, body: 'not here' }
    const type = typeof body === 'string' ? 'text/html' : 'application/json'
    response.writeHead(status, { 'content-type': type })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
