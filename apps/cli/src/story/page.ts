import { once } from 'node:events'
import WebSocket from 'ws'

/** A frame of the subscription. */
export type Frame = Readonly<{ type: string; seq?: number } & Record<string, unknown>>

/** Alice's open page: a browser's WebSocket, with a ticket and an Origin. */
export type Page = Readonly<{
  /** The first frame of the type, now or within `withinMs`. */
  told: (type: string, withinMs?: number) => Promise<Frame>
  close: () => void
}>

/** Opens the page's channel and subscribes to one user. */
export async function openPage(url: string, ticket: string, user: string): Promise<Page> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/subscribe`, ['watchword.v1', `ticket.${ticket}`], {
    origin: url,
  })
  const frames: Frame[] = []
  const listeners = new Set<(frame: Frame) => void>()
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Frame
    frames.push(frame)
    for (const listener of listeners) listener(frame)
  })
  await once(socket, 'open')
  socket.send(
    JSON.stringify({ type: 'subscribe', topic: `watchword.security.mfa?originalIdentity=${encodeURIComponent(user)}` }),
  )

  return {
    told(type, withinMs = 5_000) {
      const known = frames.find((frame) => frame.type === type)
      if (known) return Promise.resolve(known)
      const { promise, resolve, reject } = Promise.withResolvers<Frame>()
      const timer = setTimeout(() => reject(new Error(`no frame "${type}" within ${withinMs} ms`)), withinMs)
      listeners.add((frame) => {
        if (frame.type !== type) return
        clearTimeout(timer)
        resolve(frame)
      })
      return promise
    },
    close: () => socket.terminate(),
  }
}
