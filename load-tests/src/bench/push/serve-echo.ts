import Fastify from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'

type Reported = Readonly<{ user: string; session: string; signals?: readonly string[] }>

/** What is told of an activity: whether it would lock its session is all that anybody looks at. */
export type Echoed = Readonly<{ user: string; session: string; locks: boolean }>

/**
 * A server that takes activities and subscriptions and checks, judges and keeps nothing. `onActivity` decides when what would lock a session is
 * pushed to the socket of its user. Answers its address.
 */
export async function serveEcho(
  onActivity: (activity: Echoed, push: (activity: Echoed) => void) => void | Promise<void>,
): Promise<string> {
  const sockets = new Map<string, WebSocket>()
  const push = ({ user, session }: Echoed): void => sockets.get(user)?.send(eventOf(user, session))
  const server = Fastify()
  server.post<{ Body: Reported }>('/v1/activities', async ({ body: { user, session, signals } }, reply) => {
    await onActivity({ user, session, locks: signals !== undefined }, push)
    return reply.code(202).send({ results: [{ id: session, status: 'accepted' }] })
  })
  const upgrades = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: () => 'watchword.v1',
  })
  server.server.on('upgrade', (request, duplex, head) => {
    upgrades.handleUpgrade(request, duplex, head, (socket) => {
      socket.on('message', (data) => {
        const { topic } = JSON.parse((data as Buffer).toString()) as { topic: string }
        const user = topic.slice(topic.indexOf('=') + 1)
        sockets.set(user, socket)
        socket.send(JSON.stringify({ type: 'state', seq: 0, user, mfaVerified: true, locks: [], endedSessions: [] }))
      })
    })
  })
  return server.listen({ host: '127.0.0.1', port: 0 })
}

/** As long as the frame that session-guard sends. */
function eventOf(user: string, session: string): string {
  const lock = {
    id: `lock-${session}`,
    version: 1,
    scope: 'session',
    app: 'demo',
    session,
    level: 'HIGH',
    reasonUser: { en: 'Somebody may be standing between you and this service.' },
    factors: ['webauthn', 'totp', 'recovery-code'],
    since: new Date().toISOString(),
    challengeUri: `/v1/locks/lock-${session}/challenges`,
  }
  return JSON.stringify({ type: 'mfa-required', seq: 1, user, lock })
}
