import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export type Received = Readonly<{ path: string; headers: IncomingHttpHeaders; body: string }>

/** An endpoint on loopback that keeps what it is told. */
export interface Receiver {
  readonly url: string
  /** What came so far. */
  readonly received: readonly Received[]
  /** What it answers from now on: 204 at first. */
  answer(status: number, headers?: Readonly<Record<string, string>>, body?: string): void
  /** Resolves when so many requests have come, in all. */
  hasReceived(count: number): Promise<void>
  close(): Promise<void>
}

/** One that is closed when the test ends. */
export async function receiverOf(t: TestContext): Promise<Receiver> {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  return receiver
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  let status = 204
  let answered: Readonly<Record<string, string>> = {}
  let answerBody = ''
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(status, answered).end(answerBody)
      for (const { count, resolve } of waiting) if (received.length >= count) resolve()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer(next, headers = {}, body = '') {
      answerBody = body
      status = next
      answered = headers
    },
    async hasReceived(count) {
      if (received.length >= count) return
      await new Promise<void>((resolve) => waiting.push({ count, resolve }))
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
