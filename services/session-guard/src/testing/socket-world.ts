import type { TestContext } from 'node:test'
import { WebSocket } from 'ws'
import { createGuardWorld, type GuardWorld, type WorldOptions } from './guard-world.ts'
import { until } from './until.ts'

export type Frame = Record<string, unknown> & { type: string }

/** A client of the subscriptions, with the frames it has not asked for yet. */
export type Client = Readonly<{
  socket: WebSocket
  frames: Frame[]
  closed: Promise<number>
  subscribe: (user: string) => void
  next: (type: string) => Promise<Frame>
}>

/** A guard that takes WebSockets; without an offer a client connects by the key of the world. */
export async function worldWithSockets(
  t: TestContext,
  options: WorldOptions = {},
): Promise<GuardWorld & { connect: (options?: Offer) => Client }> {
  const world = await createGuardWorld(t, options)
  const url = await world.server.listen({ host: '127.0.0.1', port: 0 })
  world.guard.attachWebSocket(world.server.server)
  const open: WebSocket[] = []
  t.after(() => open.forEach((socket) => socket.terminate()))
  const connect = ({ headers = { authorization: `Bearer ${world.key}` }, protocols = [] }: Offer = {}): Client => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/subscribe`, ['watchword.v1', ...protocols], {
      headers,
    })
    open.push(socket)
    const frames: Frame[] = []
    socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame))
    socket.on('error', () => undefined)
    const { promise: closed, resolve } = Promise.withResolvers<number>()
    socket.on('close', resolve)
    return {
      socket,
      frames,
      closed,
      subscribe(user) {
        const send = (): void =>
          socket.send(
            JSON.stringify({
              type: 'subscribe',
              topic: `watchword.security.mfa?originalIdentity=${encodeURIComponent(user)}`,
            }),
          )
        if (socket.readyState === socket.OPEN) send()
        else socket.on('open', send)
      },
      async next(type) {
        await until(() => frames.some((frame) => frame.type === type))
        return frames.splice(0, frames.findIndex((frame) => frame.type === type) + 1).at(-1) as Frame
      },
    }
  }
  return { ...world, connect }
}

export type Offer = Readonly<{ headers?: Readonly<Record<string, string>>; protocols?: readonly string[] }>

/** A `subscribe` ticket for a page of the bank. */
export async function ticketFor({ call }: GuardWorld, user: string, over: object = {}): Promise<string> {
  const { body } = await call('POST', '/v1/tickets', { body: { user, purpose: 'subscribe', ...over } })
  return String(body['ticket'])
}
