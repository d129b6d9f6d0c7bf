import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** One request as the server received it. */
export type SeenRequest = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Answer = {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A platform made of a real HTTP and WebSocket server on a free port. */
export type ProtocolServer = {
  readonly url: string
  readonly requests: SeenRequest[]
  readonly sockets: Set<WebSocket>
  readonly close: () => Promise<void>
}

/** Serves HTTP with `answer` (undefined cuts the connection) and subscriptions with `onSocket`. */
export const startProtocolServer = async (behaviour: {
  readonly answer?: (request: SeenRequest) => Answer | undefined | Promise<Answer | undefined>
  readonly onSocket?: (socket: WebSocket, request: IncomingMessage) => void
  readonly refuseUpgrade?: (request: IncomingMessage) => number | undefined
}): Promise<ProtocolServer> => {
  const requests: SeenRequest[] = []
  const sockets = new Set<WebSocket>()

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    requests.push(seen)
    const answer = await behaviour.answer?.(seen)
    if (answer === undefined) {
      request.socket.destroy()
      return
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  }

  const http = createServer((request, response) => void handle(request, response))
  const ws = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, socket, head) => {
    const status = behaviour.refuseUpgrade?.(request)
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    ws.handleUpgrade(request, socket, head, (client) => {
      sockets.add(client)
      client.on('close', () => sockets.delete(client))
      client.on('error', () => client.terminate())
      behaviour.onSocket?.(client, request)
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.terminate()
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
}

/** Answers ingest: every activity accepted. */
export const acceptAll = (request: SeenRequest): Answer => {
  const body = JSON.parse(request.body) as { id: string } | { id: string }[]
  const items = Array.isArray(body) ? body : [body]
  return { status: 202, body: { results: items.map(({ id }) => ({ id, status: 'accepted' })) } }
}

/** A lock of user alice's session as the guard writes it. */
export const lockJson = (id: string, over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  id,
  version: 1,
  scope: 'session',
  session: 's-91',
  level: 'HIGH',
  reasonUser: { en: 'We noticed a sign-in from a new place.' },
  factors: ['totp'],
  since: '2026-11-22T10:00:00Z',
  challengeUri: 'https://bank.example/verify',
  ...over,
})
