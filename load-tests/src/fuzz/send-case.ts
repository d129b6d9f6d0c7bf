import { Agent, request } from 'node:http'
import type { FuzzAnswer, FuzzCase } from './fuzz-case.ts'

/** Sends cases over connections that are kept. */
export interface CaseSender {
  /** `cut`: the server closed the connection in the middle of an over-long request, as it may. */
  send(asked: FuzzCase): Promise<FuzzAnswer | 'cut'>
  close(): void
}

export function createCaseSender(config: Readonly<{ url: string; answerWithinMs: number }>): CaseSender {
  const { hostname, port } = new URL(config.url)
  const agent = new Agent({ keepAlive: true, maxSockets: 128 })

  function send({ method, path, headers, body }: FuzzCase): Promise<FuzzAnswer | 'cut'> {
    const { promise, resolve } = Promise.withResolvers<FuzzAnswer | 'cut'>()
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const outgoing = request(
      { agent, hostname, port, method, path, headers: { ...headers, ...length } },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', () => resolve('cut'))
        incoming.on('end', () => {
          clearTimeout(timer)
          resolve({
            status: incoming.statusCode ?? 0,
            contentType: incoming.headers['content-type'] ?? '',
            requestId: incoming.headers['x-request-id'] as string | undefined,
            retryAfter: incoming.headers['retry-after'],
            capability: incoming.headers['x-watchword-capability'] as string | undefined,
            text: Buffer.concat(chunks).toString(),
          })
        })
      },
    )
    const timer = setTimeout(() => {
      resolve(undefined)
      outgoing.destroy()
    }, config.answerWithinMs)
    outgoing.on('error', () => {
      clearTimeout(timer)
      resolve('cut')
    })
    outgoing.end(body)
    return promise
  }

  return { send, close: () => agent.destroy() }
}
