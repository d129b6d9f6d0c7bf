import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { type FrontService, serviceOfPath } from './service-of-path.ts'

/** One address on loopback for the replicas of all services, as a proxy gives it in a deployment. */
export interface Front {
  readonly url: string
  /** Tells where the replicas of a service are from now on. */
  route(service: FrontService, urls: readonly string[]): void
  close(): Promise<void>
}

type Replica = { readonly url: URL; isReady: boolean }

const lookEveryMs = 200
const answersWithinMs = 1_000
const keepAliveTimeout = 60_000
const bodyBytesMax = 2 * 1024 * 1024

/** Listens; only replicas whose `/readyz` says so are asked, in turn. */
export async function startFront(port: number): Promise<Front> {
  const replicas = new Map<FrontService, readonly Replica[]>()
  const agent = new Agent({ keepAlive: true })
  const sockets = new Set<Socket>()
  let turn = 0

  /** Those that are ready, from the next one on; all of them while none is. */
  function inTurn(path: string): readonly Replica[] {
    const all = replicas.get(serviceOfPath(path)) ?? []
    const ready = all.filter(({ isReady }) => isReady)
    const chosen = ready.length > 0 ? ready : all
    turn += 1
    return chosen.map((_, index) => chosen[(turn + index) % chosen.length]).filter((one) => one !== undefined)
  }

  async function look(): Promise<void> {
    const all = [...replicas.values()].flat()
    await Promise.all(
      all.map(async (replica) => {
        const signal = AbortSignal.timeout(answersWithinMs)
        const answer = await fetch(new URL('/readyz', replica.url), { signal }).catch(() => null)
        replica.isReady = answer?.ok === true
      }),
    )
  }

  const server = createServer({ keepAliveTimeout }, (incoming, outgoing) => {
    void bodyOf(incoming).then((body) => forward(incoming, outgoing, body, inTurn(pathOf(incoming))))
  })

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer, left: readonly Replica[]): void {
    const [replica, ...others] = left
    if (replica === undefined) {
      outgoing.writeHead(503, { 'retry-after': '1' }).end()
      return
    }
    const { method = 'GET', url: path = '/' } = incoming
    const headers = withoutConnection(incoming.headers)
    const asked = request(new URL(path, replica.url), { method, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, withoutConnection(answer.headers))
      // An answer that breaks off must break off for the client too.
      pipeline(answer, outgoing, () => undefined)
    })
    // A client that has given up waits for nothing any more.
    outgoing.once('close', () => asked.destroy())
    asked.on('error', (error: NodeJS.ErrnoException) => {
      replica.isReady = false
      // Nobody was there to do anything; what may have been done is the client's to repeat.
      if (error.code === 'ECONNREFUSED') forward(incoming, outgoing, body, others)
      else if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(502).end()
    })
    asked.end(body)
  }

  server.on('upgrade', (incoming, client: Socket, head) => {
    const [replica] = inTurn(pathOf(incoming))
    if (replica === undefined) {
      client.destroy()
      return
    }
    const upstream = connect(Number(replica.url.port), replica.url.hostname, () => {
      const lines = incoming.rawHeaders.flatMap((name, index, all) =>
        index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ''}`] : [],
      )
      upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      upstream.write(head)
      upstream.pipe(client).pipe(upstream)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.on('error', () => other.destroy())
    }
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const timer = setInterval(() => void look(), lookEveryMs)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    route(service, urls) {
      const known = replicas.get(service) ?? []
      const replicaAt = (url: string): Replica =>
        known.find((replica) => replica.url.origin === url) ?? { url: new URL(url), isReady: false }
      replicas.set(service, urls.map(replicaAt))
    },
    async close() {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }
}

/** What is said of one connection holds for no other (RFC 9110, 7.6.1). */
function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'connection' && name !== 'keep-alive'))
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/'
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
