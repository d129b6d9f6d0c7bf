import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { WebSocketServer } from 'ws'

/** A guard as a replica sees it, with one session lock for each of some users. */
export async function startReplicaGuard(
  lockedUsers: readonly string[],
): Promise<Readonly<{ url: string; stop: () => void }>> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'watchword.v1' })
  await once(server, 'listening')
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { type, id } = JSON.parse((data as Buffer).toString()) as { type: string; id?: number }
      if (type === 'ping') return socket.send(JSON.stringify({ type: 'pong', id, ageMs: 0 }))
      if (type !== 'subscribe') return
      for (const user of lockedUsers) socket.send(JSON.stringify(stateOf(user)))
      socket.send('{"type":"replica-ready"}')
    })
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}

function stateOf(user: string): object {
  const lock = {
    id: `l-${user}`,
    version: 1,
    scope: 'session',
    session: `s-${user}`,
    level: 'HIGH',
    reasonUser: { en: 'We noticed a sign-in from a new place.' },
    factors: ['totp'],
    since: '2026-11-22T10:00:00.000Z',
    challengeUri: `/v1/locks/l-${user}/challenges`,
  }
  return { type: 'state', seq: 1, user, mfaVerified: false, locks: [lock], endedSessions: [] }
}
