import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, it, mock, type TestContext } from 'node:test'
import { correctKafkajs } from './correct-kafkajs.ts'

type Queue = { fulfillRequest: (answer: object) => void; pending: unknown[]; checkPendingRequests: () => void }

function newQueue(): Queue {
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
    options: object,
  ) => Queue
  const logger = { debug: () => undefined, warn: () => undefined }
  return new RequestQueue({ maxInFlightRequests: null, requestTimeout: 1000, clientId: 'c', broker: 'b', logger })
}

/** Whether a connection still has a timer armed after it has done nothing ten times. */
function wakesWhenIdle(): boolean {
  let armed: (() => void) | null = null
  const timer = mock.method(globalThis, 'setTimeout', (callback: () => void) => {
    armed = callback
    return 1
  })
  newQueue().fulfillRequest({ correlationId: 1, payload: null, size: 0 })
  for (let round = 0; round < 10 && armed !== null; round += 1) {
    const due: () => void = armed
    armed = null
    due()
  }
  timer.mock.restore()
  return armed !== null
}

describe('the idle timer of kafkajs', () => {
  it('is gone: an idle connection wakes nobody', () => {
    assert.equal(wakesWhenIdle(), true, 'kafkajs needs no quieting any more')
    correctKafkajs()
    correctKafkajs()
    assert.equal(wakesWhenIdle(), false)
  })

  it('still runs while requests wait', () => {
    correctKafkajs()
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    const queue = newQueue()
    const sent: string[] = []
    const request = { send: () => sent.push('sent'), expectResponse: true, correlationId: 7, pendingDuration: 0 }
    Object.assign(queue, { throttledUntil: Date.now() + 50 })
    queue.pending.push(request)
    queue.checkPendingRequests()
    assert.deepEqual(sent, [])
    mock.timers.tick(60)
    assert.deepEqual(sent, ['sent'])
    mock.timers.reset()
  })
})

type Answer = Readonly<{ correlationId: number }>
type Connection = {
  connect: () => Promise<unknown>
  disconnect: () => Promise<unknown>
  isConnected: () => boolean
  requestQueue: { fulfillRequest: (answer: Answer) => void }
}

/** A connection to a server of this test; `onSocket` is the server's side of each socket, `opened` has the other ends. */
async function newConnection(test: TestContext, onSocket: (socket: Socket) => void) {
  const server = createServer(onSocket).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const Connection = createRequire(import.meta.url)('kafkajs/src/network/connection.js') as new (
    options: object,
  ) => Connection
  const opened: Socket[] = []
  const logger = { debug: () => undefined, error: () => undefined, warn: () => undefined, namespace: () => logger }
  const connection = new Connection({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    logger,
    requestTimeout: 1000,
    connectionTimeout: 1000,
    socketFactory({ host, port, onConnect }: { host: string; port: number; onConnect: () => void }) {
      const socket = connect({ host, port }, onConnect)
      opened.push(socket)
      return socket
    },
  })
  test.after(async () => {
    await connection.disconnect()
    server.close()
  })
  return { connection, opened }
}

describe('a connection of kafkajs', () => {
  it('opens one socket for all who want it at once, and another only after the first is gone', async (test) => {
    correctKafkajs()
    const { connection, opened } = await newConnection(test, () => undefined)
    await Promise.all([connection.connect(), connection.connect(), connection.connect()])
    assert.equal(opened.length, 1)
    const ending = connection.disconnect()
    await Promise.all([connection.connect(), ending])
    assert.deepEqual(
      [opened.length, connection.isConnected(), opened[0]?.destroyed, opened[1]?.writable],
      [2, true, true, true],
    )
  })

  it('does not take the answers of a new socket for the rest of one that broke off', async (test) => {
    correctKafkajs()
    const half = Buffer.from('0000006400000001', 'hex')
    const whole = Buffer.from('00000005000000072a', 'hex')
    const answers = [half, whole]
    const { connection, opened } = await newConnection(test, (socket) => socket.end(answers.shift() ?? ''))
    const answered = new Promise<Answer>((resolve) => {
      mock.method(connection.requestQueue, 'fulfillRequest', resolve)
    })
    await connection.connect()
    await once(opened[0] ?? assert.fail('no socket was opened'), 'close')
    await connection.connect()
    assert.equal((await answered).correlationId, 7)
  })
})

type Broker = Readonly<{ isConnected: () => boolean; connect: () => Promise<void>; disconnect: () => Promise<void> }>
type BrokerPool = { connectBroker: (broker: Broker) => Promise<unknown> }

function newBrokerPool(): BrokerPool {
  const BrokerPool = createRequire(import.meta.url)('kafkajs/src/cluster/brokerPool.js') as new (
    options: object,
  ) => BrokerPool
  const logger = { error: () => undefined, namespace: () => logger }
  return new BrokerPool({ connectionPoolBuilder: {}, logger, retry: { retries: 0 } })
}

describe('a broker that is away', () => {
  it('is tried once for all who need it at once, and again when that attempt has cleared up behind itself', async () => {
    correctKafkajs()
    const pool = newBrokerPool()
    const happened: string[] = []
    let isAway = true
    const broker: Broker = {
      isConnected: () => false,
      async connect() {
        happened.push('connect')
        await new Promise(setImmediate)
        if (isAway) throw Object.assign(new Error('away'), { name: 'KafkaJSConnectionError' })
      },
      async disconnect() {
        await new Promise(setImmediate)
        happened.push('disconnected')
      },
    }
    const needed = (): Promise<string> =>
      pool.connectBroker(broker).then(
        () => 'connected',
        () => 'refused',
      )
    assert.deepEqual(await Promise.all([needed(), needed(), needed()]), ['refused', 'refused', 'refused'])
    isAway = false
    assert.deepEqual(await Promise.all([needed(), needed()]), ['connected', 'connected'])
    assert.deepEqual(happened, ['connect', 'disconnected', 'connect'])
  })
})
