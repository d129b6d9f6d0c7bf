import { once } from 'node:events'
import { connect } from 'node:net'

/** A kept-alive HTTP/1.1 connection that carries one request at a time. */
export interface HttpConnection {
  /** Sends a whole request and resolves with the status of its answer. Rejects when the connection ends before. */
  send(request: Uint8Array): Promise<number>
  close(): void
}

type Waiting = Readonly<{ resolve: (status: number) => void; reject: (error: Error) => void }>

const headEnd = Buffer.from('\r\n\r\n')

/**
 * Opens a connection. The generator shares the machine with what it measures, so this does the least a client can:
 * answers need a Content-Length (or no body), and only their status is read.
 */
export async function openConnection(url: URL): Promise<HttpConnection> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
  await once(socket, 'connect')
  let waiting: Waiting | undefined
  let received: Buffer = Buffer.alloc(0)

  function settle(): void {
    const head = received.indexOf(headEnd)
    if (head === -1) return
    const text = received.toString('latin1', 0, head)
    const bodyBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0)
    if (received.length < head + headEnd.length + bodyBytes) return
    received = received.subarray(head + headEnd.length + bodyBytes)
    const done = waiting
    waiting = undefined
    done?.resolve(Number(text.slice(9, 12)))
  }

  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    settle()
  })
  const fail = (error: Error): void => waiting?.reject(error)
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection ended before its answer')))

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close: () => void socket.destroy(),
  }
}

/** A request as the bytes that go over the wire. */
export function requestBytes(
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: bench\r\n${lines.join('')}${length}\r\n${body ?? ''}`)
}
