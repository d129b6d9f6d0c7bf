import { once } from 'node:events'
import { WebSocket } from 'ws'
import { type ApiClient, told } from '../../campaign/api-client.ts'
import { forEachWide } from '../../campaign/eventually.ts'
import { appOrigin, giveAppItsDomain } from '../../single-use/passkey.ts'
import type { Arrival } from '../open-load.ts'
import type { TrafficDeps } from './traffic.ts'

/** Pages of people who are signed in, each with a connection that it came to with a ticket. */
export interface Pages {
  /** All connections break at once; each page gets a new ticket from its backend and comes back. */
  readonly reconnect: Arrival
  close(): void
}

const openAtOnce = 16

/** Opens so many pages, one a person; `url` is that of the platform. */
export async function openPages({ api }: TrafficDeps, url: string, count: number): Promise<Pages> {
  await giveAppItsDomain(api)
  const sockets = new Map<number, WebSocket>()
  await forEachWide(Array(count).keys(), openAtOnce, async (of) => void sockets.set(of, await openPage(api, url, of)))

  function breakAll(): void {
    for (const socket of sockets.values()) socket.terminate()
    sockets.clear()
  }

  return {
    async reconnect(number, note) {
      if (number === 0) breakAll()
      try {
        sockets.set(number, await openPage(api, url, number))
        note({ kind: 'reconnect', outcome: 'good' })
      } catch {
        note({ kind: 'reconnect', outcome: 'failed' })
      }
    },
    close: breakAll,
  }
}

/** Resolves with the first state; rejects when there is no ticket, or the connection ends before. */
async function openPage(api: ApiClient, url: string, of: number): Promise<WebSocket> {
  const user = `person-${of}`
  const body = { user, session: `s-${of}`, purpose: 'subscribe' }
  const { ticket } = await told(api, { method: 'POST', path: '/v1/tickets', body }, [201])
  const address = new URL('/v1/subscribe', url.replace(/^http/, 'ws'))
  const socket = new WebSocket(address, ['watchword.v1', `ticket.${String(ticket)}`], { origin: appOrigin })
  await once(socket, 'open')
  // A page that is broken on purpose is not a fault of anybody's.
  socket.on('error', () => undefined)
  socket.send(JSON.stringify({ type: 'subscribe', topic: `watchword.security.mfa?originalIdentity=${user}` }))
  const ended = new AbortController()
  socket.once('close', () => ended.abort())
  await once(socket, 'message', { signal: ended.signal })
  return socket
}
