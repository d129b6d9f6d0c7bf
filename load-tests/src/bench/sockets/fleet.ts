import { eventually } from '../../campaign/eventually.ts'
import { type Handshake, type LeanSocket, openLeanSocket } from './lean-socket.ts'

/** What a subscriber knows of its user by the frames that it was sent. */
export type Subscriber = {
  readonly user: string
  socket: LeanSocket | undefined
  /** Of the newest state or event; -1 when this connection has heard nothing yet. */
  seq: number
  frames: number
  closedWith: number | undefined
}

/** Many subscribers in this process, one connection and one user each, or one user for all. */
export interface Fleet {
  readonly subscribers: readonly Subscriber[]
  /** Connects and subscribes everybody who is not connected; resolves with the milliseconds until the last has its first state. */
  connect(): Promise<number>
  /** Waits until this holds of everybody, and answers of how many it does not when the time is over. */
  missing(holds: (subscriber: Subscriber) => boolean, withinMs: number): Promise<number>
  close(): void
}

export type FleetConfig = Readonly<{
  url: string
  users: readonly string[]
  /** How many connect at the same time. */
  width: number
  /** How one says who it is, each time. */
  handshakeOf: (user: string) => Promise<Pick<Handshake, 'headers' | 'protocols'>>
}>

/** Connections from one address of loopback. */
const perAddress = 10_000

export function createFleet({ url, users, width, handshakeOf }: FleetConfig): Fleet {
  const target = new URL(url)
  const subscribers = users.map(
    (user): Subscriber => ({
      user,
      socket: undefined,
      seq: -1,
      frames: 0,
      closedWith: undefined,
    }),
  )

  async function connectOne(subscriber: Subscriber, index: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { user } = subscriber
    const handshake = await handshakeOf(user)
    subscriber.seq = -1
    subscriber.closedWith = undefined
    const socket = openLeanSocket(
      { url: target, localAddress: `127.0.0.${2 + Math.floor(index / perAddress)}`, ...handshake },
      {
        onOpen() {
          socket.send(JSON.stringify({ type: 'subscribe', topic: `watchword.security.mfa?originalIdentity=${user}` }))
        },
        onText(text) {
          subscriber.frames += 1
          subscriber.seq = Math.max(subscriber.seq, (JSON.parse(text) as { seq?: number }).seq ?? -1)
          resolve()
        },
        onClose(code) {
          subscriber.socket = undefined
          subscriber.closedWith = code
          reject(new Error(`closed with ${code} before the first state`))
        },
      },
    )
    subscriber.socket = socket
    await promise
  }

  return {
    subscribers,
    async connect() {
      const began = performance.now()
      const waiting = subscribers.entries().filter(([, { socket }]) => socket === undefined)
      const worker = async (): Promise<void> => {
        for (const [index, subscriber] of waiting) await connectOne(subscriber, index)
      }
      await Promise.all(Array.from({ length: width }, worker))
      return performance.now() - began
    },
    async missing(holds, withinMs) {
      const holdsOfAll = async (): Promise<true | undefined> => (subscribers.every(holds) ? true : undefined)
      await eventually(holdsOfAll, withinMs)
      return subscribers.filter((subscriber) => !holds(subscriber)).length
    },
    close() {
      for (const { socket } of subscribers) socket?.reset()
    },
  }
}
