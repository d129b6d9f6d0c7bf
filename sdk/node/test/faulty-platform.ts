import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { acceptAll } from './protocol-server.ts'
import { createReplicaGuard } from './replica-guard.ts'

/** What can be wrong with a platform: nobody listens, an answer begins and does not end, it fails, it talks nonsense, or it takes connections and says nothing. */
export const faults = ['down', 'slow', 'failing', 'garbage', 'partition'] as const
/** One of `faults`. */
export type Fault = (typeof faults)[number]

type Locks = readonly object[]

/** A platform with checks, subscriptions and ingest that can be broken and mended. */
export type FaultyPlatform = {
  readonly url: string
  /** Every activity that was accepted. */
  readonly captured: Record<string, unknown>[]
  readonly put: (user: string, locks: Locks) => void
  readonly break: (fault: Fault) => Promise<void>
  readonly mend: () => Promise<void>
  readonly isBroken: () => boolean
  readonly close: () => Promise<void>
}

/** Starts one that is well. */
export const startFaultyPlatform = async (): Promise<FaultyPlatform> => {
  const guard = createReplicaGuard()
  const locksOf = new Map<string, Locks>()
  const captured: Record<string, unknown>[] = []
  const sockets = new Set<Socket>()
  let fault: Fault | undefined

  const statusOf = (user: string): object => {
    const [lock] = locksOf.get(user) ?? []
    const locked = lock !== undefined
    return {
      user,
      mfaVerified: !locked,
      locked,
      ...(locked ? { lock } : {}),
      sessionState: locked ? 'locked' : 'active',
    }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const url = request.url ?? ''
    switch (fault) {
      case 'partition':
        return
      case 'slow':
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"user":"')
        return
      case 'failing':
        response.writeHead(500).end('{"code":"internal"}')
        return
      case 'garbage':
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"mfaVerified":true}<html>')
        return
      case 'down':
      case undefined:
    }
    if (url.startsWith('/v1/activities')) {
      const accepted = acceptAll({ method: 'POST', url, headers: request.headers, body })
      captured.push(...(JSON.parse(body) as Record<string, unknown>[]))
      response.writeHead(accepted.status).end(JSON.stringify(accepted.body))
    } else response.end(JSON.stringify(statusOf(decodeURIComponent(url.split('/')[3] ?? ''))))
  }

  const http = createServer((request, response) => void answer(request, response))
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const upgrades = new WebSocketServer({ noServer: true })
  const clients = new Set<WebSocket>()
  http.on('upgrade', (request, socket, head) => {
    if (fault === 'failing') {
      socket.end('HTTP/1.1 503 Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    if (fault === 'partition' || fault === 'slow') return
    upgrades.handleUpgrade(request, socket, head, (client) => {
      clients.add(client)
      client.on('close', () => clients.delete(client))
      client.on('error', () => client.terminate())
      if (fault === 'garbage') client.send('<html>')
      else guard.onSocket(client)
    })
  })
  const listen = async (port: number): Promise<void> => {
    http.listen(port, '127.0.0.1')
    await once(http, 'listening')
  }
  const stop = async (): Promise<void> => {
    http.close()
    for (const socket of sockets) socket.destroy()
    await once(http, 'close')
  }
  await listen(0)
  const { port } = http.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    captured,
    put: (user, locks) => {
      locksOf.set(user, locks)
      guard.put(user, locks)
    },
    break: async (what) => {
      fault = what
      guard.ageMs = undefined
      if (what === 'down') await stop()
      if (what === 'failing') for (const client of clients) client.terminate()
      if (what === 'garbage') for (const client of clients) client.send('<html>')
    },
    isBroken: () => fault !== undefined,
    mend: async () => {
      const wasDown = fault === 'down'
      fault = undefined
      guard.ageMs = 0
      if (wasDown) await listen(port)
      // Whoever waits for an answer of before would wait for ever.
      else for (const socket of sockets) socket.destroy()
    },
    close: stop,
  }
}
