import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** A syslog collector on loopback that reads frames by their length (RFC 5425), as it is told to. */
export interface Collector {
  readonly port: number
  readonly messages: readonly string[]
  /** Resolves when so many messages have come, in all. */
  hasReceived(count: number): Promise<void>
  close(): Promise<void>
}

const pem = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

/** Of `localhost`; for tests alone. */
export const collectorCertificate = pem('collector-certificate.pem')

export async function startCollector(tls: boolean): Promise<Collector> {
  const messages: string[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  function serve(socket: Socket): void {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => undefined)
    socket.on('end', () => {
      messages.push(...messagesIn(Buffer.concat(chunks)))
      for (const { count, resolve } of waiting) if (messages.length >= count) resolve()
    })
  }
  const server = tls
    ? createTlsServer({ key: pem('collector-key.pem'), cert: collectorCertificate }, serve)
    : createServer(serve)
  await once(server.listen(0, 'localhost'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    async hasReceived(count) {
      if (messages.length >= count) return
      await new Promise<void>((resolve) => waiting.push({ count, resolve }))
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Throws for what is not a sequence of whole frames. */
export function messagesIn(bytes: Buffer): readonly string[] {
  const messages: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(' ', at)
    const length = Number(bytes.subarray(at, space).toString('latin1'))
    if (!Number.isInteger(length) || space + 1 + length > bytes.length) throw new RangeError('not a frame')
    messages.push(bytes.subarray(space + 1, space + 1 + length).toString('utf8'))
    at = space + 1 + length
  }
  return messages
}
