import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import type { ServiceSpans } from '@watchword/service-host'
import type { GuardParts } from '../guard-parts.ts'
import { authenticate, type Identity, offeredProtocols, subprotocol } from './authenticate.ts'
import { type Connection, createConnection } from './connection.ts'
import { hasEnded, sessionEndedClosing } from './ended-session.ts'
import { sessionEndedFrame } from './frames.ts'
import { createHub } from './hub.ts'
import { createPump } from './pump.ts'

type Parts = Pick<
  GuardParts,
  'access' | 'callers' | 'texts' | 'view' | 'freshness' | 'clock' | 'config' | 'metrics' | 'logger' | 'randomBytes'
> &
  Readonly<{ spans?: Pick<ServiceSpans, 'follow'> | undefined }>

/** `GET /v1/subscribe`: what happens, as it happens. */
export interface Subscriptions {
  /** Takes the upgrades of a server; may be called for several. */
  attach(server: Server): void
  readonly connections: number
  /** Closes every connection (1012) with a moment to come back at, spread over five seconds. */
  stop(): void
}

type Client = { readonly connection: Connection; readonly slot: number; isSilent: boolean }

const tickMs = 1_000
/** Connections looked at before other work has its turn. */
const looksPerTurn = 1_000
/** A client that does not answer a close is cut off, milliseconds. */
const closeWithinMs = 1_000

// The defaults of the library let one client hold 100 MiB. (Its types do not know the last limit yet.)
const serverOptions: ServerOptions & Readonly<{ maxBufferedChunks: number }> = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  handleProtocols: () => subprotocol,
  maxPayload: 4_096,
  maxFragments: 4,
  maxBufferedChunks: 64,
}

export function createSubscriptions(parts: Parts): Subscriptions {
  const { access, callers, texts, view, freshness, clock, metrics, logger } = parts
  const config = parts.config.webSocket
  const hub = createHub({
    view,
    clock,
    acknowledgeAfterMs: parts.config.acknowledgeAfterMs,
    onPushed: metrics.pushed,
    spans: parts.spans,
  })
  const connectionDeps = { access, view, freshness, hub, pump: createPump(), now: () => clock.now() }
  const sockets = new WebSocketServer(serverOptions)
  const clients = new Map<WebSocket, Client>()
  const slots = Math.max(1, Math.round(config.pingEveryMs / tickMs))
  let accepted = 0
  let tick = 0
  let stopped = false
  let cancelTick = clock.after(tickMs, onTick)
  const detachers: (() => void)[] = []

  // One timer for all: each second a part of the connections is pinged, so that no second pings them all.
  function onTick(): void {
    tick += 1
    lookOn(clients.entries())
  }

  function lookOn(rest: Iterator<readonly [WebSocket, Client]>): void {
    for (let looked = 0; looked < looksPerTurn; looked += 1) {
      const next = rest.next()
      if (next.done === true) {
        if (!stopped) cancelTick = clock.after(tickMs, onTick)
        return
      }
      look(...next.value)
    }
    setImmediate(() => lookOn(rest))
  }

  function look(socket: WebSocket, client: Client): void {
    const { caller } = client.connection.identity
    if (socket.readyState !== socket.OPEN) return
    if (caller !== null && !access.isLive(caller)) return socket.close(4401, 'the key was revoked')
    client.connection.closeIfEnded()
    const isStuck = client.connection.tick() * tickMs > config.undrainedMaxMs
    if (isStuck || socket.bufferedAmount > config.bufferedBytesMax) return tooSlow(socket)
    if (tick % slots !== client.slot) return
    if (client.isSilent) return socket.terminate()
    client.isSilent = true
    socket.ping()
  }

  function tooSlow(socket: WebSocket): void {
    metrics.subscriberTooSlow()
    socket.close(4408, 'too slow')
    // The close frame waits behind what the client does not read.
    clock.after(closeWithinMs, () => socket.terminate())
  }

  // The library calls a listener with its socket: one function serves all of them, and what one is told is kept for none.
  function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    clients.get(this)?.connection.onMessage(data as Buffer, isBinary)
  }

  function onPong(this: WebSocket): void {
    const client = clients.get(this)
    if (client !== undefined) client.isSilent = false
  }

  function onClose(this: WebSocket): void {
    clients.get(this)?.connection.end()
    clients.delete(this)
  }

  function onError(this: WebSocket, error: Error): void {
    logger.debug({ err: error }, 'a subscription broke')
    this.terminate()
  }

  function admit(socket: WebSocket, identity: Identity): void {
    const connection = createConnection(config, socket, identity, connectionDeps)
    accepted += 1
    clients.set(socket, { connection, slot: accepted % slots, isSilent: false })
    socket.on('message', onMessage)
    socket.on('pong', onPong)
    socket.on('close', onClose)
    socket.resume()
  }

  // A page that was away when its session ended hears of that, and of nothing else.
  function turnAway(socket: WebSocket, { tenant, user, session }: Identity): void {
    socket.resume()
    if (user !== null && session !== null)
      socket.send(sessionEndedFrame(user, view.lockState(tenant, user)?.seq ?? 0, session))
    socket.close(sessionEndedClosing.code, sessionEndedClosing.reason)
  }

  async function greet(socket: WebSocket, request: IncomingMessage): Promise<void> {
    // After the upgrade, or a browser would not see why it is turned away; nothing is read before that is known.
    socket.pause()
    socket.on('error', onError)
    const outcome = await authenticate(request, { access, callers, texts })
    if (stopped) return socket.terminate()
    if ('code' in outcome) {
      socket.resume()
      return socket.close(outcome.code, outcome.reason)
    }
    if (hasEnded(view, outcome)) return turnAway(socket, outcome)
    if (socket.readyState === socket.OPEN) admit(socket, outcome)
    else socket.terminate()
  }

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // The HTTP server has let go of it: without a listener one reset connection would end the process.
    socket.on('error', destroy)
    const [path] = (request.url ?? '').split('?', 1)
    if (path !== '/v1/subscribe') return refuse(socket, '404 Not Found')
    if (!offeredProtocols(request).includes(subprotocol)) return refuse(socket, '400 Bad Request')
    if (clients.size >= config.connectionsMax) return refuse(socket, '503 Service Unavailable')
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      greet(webSocket, request).catch((error: unknown) => {
        logger.error({ err: error }, 'a subscription could not be admitted')
        webSocket.close(1011, 'internal')
      })
    })
  }

  return {
    attach(server) {
      server.on('upgrade', onUpgrade)
      detachers.push(() => server.off('upgrade', onUpgrade))
    },
    get connections() {
      return clients.size
    },
    stop() {
      if (stopped) return
      stopped = true
      cancelTick()
      for (const detach of detachers) detach()
      hub.stop()
      for (const socket of clients.keys()) {
        const [high = 0, low = 0] = parts.randomBytes(2)
        socket.close(1012, `retry after ${Math.floor(((high * 256 + low) / 65_536) * 5_000)} ms`)
        clock.after(closeWithinMs, () => socket.terminate())
      }
    },
  }
}

function destroy(this: Duplex): void {
  this.destroy()
}

function refuse(socket: Duplex, status: string): void {
  // Nobody reads it any more, so nobody would see the client close it.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
