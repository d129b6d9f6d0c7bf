import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

/** Where a client connects, and how it says who it is. */
export type Handshake = Readonly<{
  url: URL
  /** One of loopback: the ports of one address are fewer than the connections of a bench. */
  localAddress: string
  /** Subprotocols beside `watchword.v1`, a ticket among them. */
  protocols?: readonly string[]
  headers?: Readonly<Record<string, string>>
}>

export type LeanHandlers = Readonly<{
  onOpen: () => void
  onText: (text: string) => void
  /** With the code of the close frame, or 1006 where none came (RFC 6455, 7.1.5). */
  onClose: (code: number) => void
}>

/** A WebSocket client of less than a library's: it must not be what a bench measures. */
export interface LeanSocket {
  send(text: string): void
  /** Reads nothing more, as a client that hangs. */
  pause(): void
  resume(): void
  /** Ends it without a word, and without a port that is kept for a while. */
  reset(): void
}

const headEnd = Buffer.from('\r\n\r\n')
const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const
const abnormal = 1006

export function openLeanSocket(
  { url, localAddress, protocols = [], headers = {} }: Handshake,
  { onOpen, onText, onClose }: LeanHandlers,
): LeanSocket {
  const socket = connect({ host: url.hostname, port: Number(url.port), localAddress, noDelay: true })
  let received: Buffer = Buffer.alloc(0)
  let isOpen = false
  let code = abnormal

  function write(opcode: number, payload: Buffer): void {
    socket.write(frameOf(opcode, payload))
  }

  function onData(chunk: Buffer): void {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    if (!isOpen && !readHead()) return
    for (let frame = frameAt(received); frame !== undefined; frame = frameAt(received)) {
      received = received.subarray(frame.length)
      if (frame.opcode === opcodes.text) onText(frame.payload.toString())
      else if (frame.opcode === opcodes.ping) write(opcodes.pong, frame.payload)
      else if (frame.opcode === opcodes.close) answerClose(frame.payload)
    }
    // A rest of nothing must not hold on to the chunk that it was part of.
    if (received.length === 0) received = empty
  }

  function readHead(): boolean {
    const end = received.indexOf(headEnd)
    if (end === -1) return false
    isOpen = received.toString('latin1', 9, 12) === '101'
    received = received.subarray(end + headEnd.length)
    if (isOpen) onOpen()
    else socket.resetAndDestroy()
    return isOpen
  }

  function answerClose(payload: Buffer): void {
    if (payload.length >= 2) code = payload.readUInt16BE(0)
    socket.end(frameOf(opcodes.close, payload))
  }

  socket.on('connect', () => socket.write(requestOf(url, protocols, headers)))
  socket.on('data', onData)
  // What became of it is told by the close.
  socket.on('error', () => undefined)
  socket.on('close', () => onClose(code))

  return {
    send: (text) => write(opcodes.text, Buffer.from(text)),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    reset: () => void socket.resetAndDestroy(),
  }
}

const empty = Buffer.alloc(0)

function requestOf(url: URL, protocols: readonly string[], headers: Readonly<Record<string, string>>): string {
  const fields = {
    host: url.host,
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'sec-websocket-version': '13',
    'sec-websocket-protocol': ['watchword.v1', ...protocols].join(', '),
    ...headers,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET /v1/subscribe HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** A masked frame (RFC 6455, 5.2) whose masking key is zero, so that the payload stays as it is. */
function frameOf(opcode: number, payload: Buffer): Buffer {
  const isLong = payload.length > 125
  const head = Buffer.alloc(isLong ? 8 : 6)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (isLong ? 126 : payload.length)
  if (isLong) head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}

type Frame = Readonly<{ opcode: number; payload: Buffer; length: number }>

/** The first whole frame of a server, which masks nothing. */
function frameAt(bytes: Buffer): Frame | undefined {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return undefined
  const head = second === 127 ? 10 : second === 126 ? 4 : 2
  if (bytes.length < head) return undefined
  const size = second === 127 ? Number(bytes.readBigUInt64BE(2)) : second === 126 ? bytes.readUInt16BE(2) : second
  const length = head + size
  return bytes.length < length ? undefined : { opcode: first & 0x0f, payload: bytes.subarray(head, length), length }
}
