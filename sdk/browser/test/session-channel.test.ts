import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws'
import { createSessionChannel, type SessionChannel } from '../src/session-channel.ts'

let server: WebSocketServer
let channel: SessionChannel | undefined
let told: string[]
let offered: string[]
let comeBack: (awayMs: number) => void
let waiting: (() => void)[]

const lock = (id: string, session: string, version = 1) => ({
  id,
  version,
  scope: 'session',
  session,
  factors: ['totp'],
})
const state = (seq: number, locks: object[], endedSessions: string[] = []): string =>
  JSON.stringify({ type: 'state', seq, user: 'alice', mfaVerified: false, locks, endedSessions })

describe('the channel of a session', () => {
  beforeEach(async () => {
    told = []
    offered = []
    server = new WebSocketServer({
      port: 0,
      handleProtocols: (protocols) => {
        offered.push([...protocols].join(' '))
        return 'watchword.v1'
      },
    })
    await once(server, 'listening')
  })
  afterEach(() => {
    channel?.close()
    for (const client of server.clients) client.terminate()
    server.close()
  })

  const fact = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Opens the channel and gives the server's side of its first connection, subscribed. */
  const open = async (ticketOf = (count: number) => `wwt_${count}`): Promise<ServerSocket> => {
    let tickets = 0
    const connected = next()
    channel = createSessionChannel(
      {
        url: `http://localhost:${(server.address() as AddressInfo).port}`,
        ticket: async () => ticketOf(++tickets),
        user: 'alice',
        session: 's-1',
        onLocked: ({ id }) => told.push(`locked ${id}`),
        onRaised: ({ version }) => told.push(`raised to ${version}`),
        onUnlocked: ({ lock: { id }, by }) => told.push(`unlocked ${id} ${by ?? 'meanwhile'}`),
        onSessionEnded: (session) => told.push(`ended ${session}`),
        onError: ({ code }) => told.push(code),
      },
      {
        WebSocket,
        random: () => 0,
        setTimeout: (callback) => {
          waiting = [callback]
          return setTimeout(callback, 0)
        },
        clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
        hints: {
          onReturn: (callback) => {
            comeBack = callback
            return () => undefined
          },
        },
      },
    )
    return connected
  }

  const next = async (): Promise<ServerSocket> => {
    const [socket] = (await once(server, 'connection')) as [ServerSocket]
    const [data] = (await once(socket, 'message')) as [Buffer]
    assert.match(data.toString(), /watchword\.security\.mfa\?originalIdentity=alice/)
    return socket
  }

  test('tells a lock of its own session once, also of a new version over another connection, each with a fresh ticket', async () => {
    const first = await open()
    first.send(state(1, [lock('mine', 's-1'), lock('other', 's-2')]))
    await fact(() => told.length === 1)
    const again = next()
    first.terminate()
    const second = await again
    second.send(state(2, [lock('mine', 's-1', 2)]))
    second.send(state(4, [], ['s-1', 's-9']))
    await fact(() => told.length === 4)
    assert.deepEqual(told, ['locked mine', 'raised to 2', 'ended s-1', 'unlocked mine meanwhile'])
    assert.deepEqual(offered, ['watchword.v1 ticket.wwt_1', 'watchword.v1 ticket.wwt_2'])
  })

  test('says what no connection can be made of, and tries again with the next ticket', async () => {
    const socket = await open((count) => (count === 1 ? 'no subprotocol' : `wwt_${count}`))
    socket.send(state(1, [lock('l-1', 's-1')]))
    await fact(() => told.length === 2)
    assert.deepEqual(told, ['unreachable', 'locked l-1'])
  })

  test('stops for good when it is not allowed', async () => {
    const socket = await open()
    waiting = []
    socket.close(4403)
    await fact(() => told.length === 1)
    assert.deepEqual(told, ['not-allowed'])
    assert.equal(waiting.length, 0)
  })

  test('starts over after a frame that may have been a lock but cannot be read', async () => {
    const socket = await open()
    const again = next()
    socket.send('{"type":"mfa-required","seq":1,"user":"alice","lock":{}}')
    const second = await again
    second.send(state(1, [lock('mine', 's-1')]))
    await fact(() => told.length === 2)
    assert.deepEqual(told, ['invalid-frame', 'locked mine'])
  })

  test('makes a new connection when the page comes back from the network’s absence, and none for a glance elsewhere', async () => {
    await open()
    comeBack(1_000)
    const again = next()
    comeBack(Number.POSITIVE_INFINITY)
    await again
    assert.equal(offered.length, 2)
  })
})
