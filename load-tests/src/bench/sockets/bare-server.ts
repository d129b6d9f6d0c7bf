import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import { runAsChild } from '../drive/child.ts'
import type { Demands } from './guard-server.ts'
import { loopHeldMs } from './loop-held.ts'
import { residentBytes } from './memory.ts'

const byUser = new Map<string, Set<WebSocket>>()
const sockets = new Set<WebSocket>()

/** A bare ws server: it admits everybody and answers a subscription with a state. */
await runAsChild(
  async () => {
    const server = createServer((_request, response) => response.writeHead(204).end())
    const upgrades = new WebSocketServer({
      server,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: () => 'watchword.v1',
    })
    upgrades.on('connection', (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('message', (data) => {
        const { topic } = JSON.parse((data as Buffer).toString()) as { topic: string }
        const user = topic.slice(topic.indexOf('=') + 1)
        const all = byUser.get(user) ?? new Set()
        byUser.set(user, all.add(socket))
        socket.send(JSON.stringify({ type: 'state', seq: 0, user, mfaVerified: true, locks: [], endedSessions: [] }))
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  },
  {
    residentBytes,
    async cut() {
      for (const socket of sockets) socket.terminate()
      byUser.clear()
      while (sockets.size > 0) await nextTurn()
    },
    /** Everybody hears of it in one go. */
    demand({ users, reasonLength }: Demands) {
      for (const user of users) for (const socket of byUser.get(user) ?? []) socket.send(eventOf(user, reasonLength))
    },
    loopHeldMs,
  },
)

/** As long as the frame that session-guard sends. */
function eventOf(user: string, reasonLength: number): string {
  const lock = {
    id: 'lock-0000-0000-0000',
    version: 1,
    scope: 'session',
    app: 'demo',
    session: 's-1',
    level: 'HIGH',
    reasonUser: { en: 'x'.repeat(reasonLength) },
    factors: ['totp'],
    since: new Date().toISOString(),
    challengeUri: '/v1/locks/lock-0000-0000-0000/challenges',
  }
  return JSON.stringify({ type: 'mfa-required', seq: 1, user, lock })
}
