import { createRequire } from 'node:module'
import type { Socket } from 'node:net'

type RequestQueue = { pending: readonly unknown[]; scheduleCheckPendingRequests: () => void }
type Connection = {
  socket: Socket | undefined
  /** What came of an answer that is not whole yet. */
  chunks: Buffer[]
  bytesBuffered: number
  bytesNeeded: number
  connect: () => Promise<unknown>
  disconnect: () => Promise<unknown>
  isConnected: () => boolean
}

/** Of the length before each answer. */
const lengthBytes = 4

type Broker = object
type BrokerPool = { connectBroker: (broker: Broker) => Promise<unknown> }

const corrected = Symbol('corrected')

/**
 * Corrects five faults of kafkajs 2.2.4, the last version there is. Process-wide, done once; throws a TypeError if kafkajs is not as it
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
 *
 * The half answer: a connection that breaks in the middle of an answer keeps the half, and takes what comes over the next socket for the
 * rest. From then on it waits for bytes that never come, or throws where nobody can catch it. A new socket begins with nothing here, and
 * one that was ended is destroyed, so that what it still has to say does not get in between.
 *
 * The line: everybody who needs a broker without a connection waits for its lock, for an attempt of his own, and whoever fails ends, after
 * he has let the next one in, the connection that this one is making. It waits for an end that never comes until its time is over, and
 * does the same to the one after it: while there are people in the line, nobody connects again. Here they share one attempt, and the
 * next begins when what it left behind is gone.
 */
export function correctKafkajs(): void {
  const load = createRequire(import.meta.url)
  quietQueue(prototypeOf<RequestQueue>(load('kafkajs/src/network/requestQueue/index.js')))
  connectOnce(prototypeOf<Connection>(load('kafkajs/src/network/connection.js')))
  connectTogether(prototypeOf<BrokerPool>(load('kafkajs/src/cluster/brokerPool.js')))
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
      if (!current.isConnected()) Object.assign(current, { chunks: [], bytesBuffered: 0, bytesNeeded: lengthBytes })
      return await connect?.call(current)
    } finally {
      connecting.delete(current)
    }
  }

  async function disconnectAndForget(current: Connection): Promise<unknown> {
    const { socket } = current
    const done = await disconnect?.call(current)
    socket?.destroy()
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

function connectTogether(pool: Partial<BrokerPool>): void {
  const { connectBroker } = pool
  if (connectBroker === undefined) throw new TypeError('kafkajs has another broker pool')
  if (corrected in pool) return
  const attempts = new WeakMap<Broker, Promise<unknown>>()
  Object.assign(pool, {
    [corrected]: true,
    connectBroker(this: BrokerPool, broker: Broker): Promise<unknown> {
      const attempt =
        attempts.get(broker) ?? connectBroker.call(this, broker).finally(() => void attempts.delete(broker))
      attempts.set(broker, attempt)
      return attempt
    },
  })
}

function prototypeOf<Instance>(found: unknown): Partial<Instance> {
  if (typeof found !== 'function') throw new TypeError('kafkajs is not version 2.2.4')
  return found.prototype as Partial<Instance>
}
