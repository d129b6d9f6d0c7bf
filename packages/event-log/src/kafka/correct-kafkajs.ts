import { createRequire } from 'node:module'

type RequestQueue = { pending: readonly unknown[]; scheduleCheckPendingRequests: () => void }
type Connection = { socket: unknown; connect: () => Promise<unknown>; disconnect: () => Promise<unknown> }

const corrected = Symbol('corrected')

/**
 * Corrects three faults of kafkajs 2.2.4, the last version there is. Process-wide, done once; throws a TypeError if kafkajs is not as it
 * was read.
 *
 * The idle timer: after every response `RequestQueue.scheduleCheckPendingRequests` arms a timer for `throttledUntil - now`, which is
 * about minus the time since 1970 when the broker does not throttle. Node makes that 1 ms and the timer's own check arms the next one:
 * each connection wakes the process a thousand times a second for ever. The check is needed only while requests wait.
 *
 * The second socket: `Connection.connect` makes a socket for every caller that comes while there is none, and keeps the last. The others
 * stay open, and the end of one of them ends the connection in use. Callers share one attempt here, and it begins after a disconnect
 * under way has ended the socket before it.
 *
 * The listeners: each `Connection.disconnect` calls `unref` on the last socket, however long it is gone, and Node adds a listener for
 * its next `connect` each time, with a warning after ten. A socket that was ended is forgotten here.
 */
export function correctKafkajs(): void {
  const load = createRequire(import.meta.url)
  quietQueue(prototypeOf<RequestQueue>(load('kafkajs/src/network/requestQueue/index.js')))
  connectOnce(prototypeOf<Connection>(load('kafkajs/src/network/connection.js')))
}

function quietQueue(queue: Partial<RequestQueue>): void {
  const schedule = queue.scheduleCheckPendingRequests
  if (schedule === undefined) throw new TypeError('kafkajs has another request queue')
  if (corrected in queue) return
  Object.assign(queue, {
    [corrected]: true,
    scheduleCheckPendingRequests(this: RequestQueue): void {
      if (this.pending.length > 0) schedule.call(this)
    },
  })
}

function connectOnce(connection: Partial<Connection>): void {
  const { connect, disconnect } = connection
  if (connect === undefined || disconnect === undefined) throw new TypeError('kafkajs has another connection')
  if (corrected in connection) return
  const connecting = new WeakMap<Connection, Promise<unknown>>()
  const disconnecting = new WeakMap<Connection, Promise<unknown>>()

  async function connectAfter(current: Connection): Promise<unknown> {
    try {
      // What becomes of the old socket is for whoever disconnects it.
      await Promise.allSettled([disconnecting.get(current)])
      return await connect?.call(current)
    } finally {
      connecting.delete(current)
    }
  }

  async function disconnectAndForget(current: Connection): Promise<unknown> {
    const { socket } = current
    const done = await disconnect?.call(current)
    if (current.socket === socket) current.socket = undefined
    return done
  }

  Object.assign(connection, {
    [corrected]: true,
    connect(this: Connection): Promise<unknown> {
      const attempt = connecting.get(this) ?? connectAfter(this)
      connecting.set(this, attempt)
      return attempt
    },
    disconnect(this: Connection): Promise<unknown> {
      const ending = disconnectAndForget(this)
      disconnecting.set(this, ending)
      return ending
    },
  })
}

function prototypeOf<Instance>(found: unknown): Partial<Instance> {
  if (typeof found !== 'function') throw new TypeError('kafkajs is not version 2.2.4')
  return found.prototype as Partial<Instance>
}
