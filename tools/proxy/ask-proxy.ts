import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { text as textOf } from 'node:stream/consumers'

/** What a proxy answers. */
export type ProxyAnswer = Readonly<{ status: number; headers: IncomingHttpHeaders; text: string }>

/** A request, and whose session it is in. */
export type ProxyRequest = Readonly<{
  port: number
  path: string
  session: string | undefined
  /** Names and values in turn, sent as they are, so that one can come twice. */
  headers?: readonly string[]
  method?: string
  /** Sent as JSON. */
  body?: object
}>

/** Asks the proxy that listens on a port of loopback. */
export async function askProxy(asked: ProxyRequest): Promise<ProxyAnswer> {
  const { port, path, session, method = 'GET' } = asked
  const cookie = session === undefined ? [] : ['Cookie', `session=${session}`]
  const headers = ['Host', `127.0.0.1:${port}`, ...cookie, ...(asked.headers ?? [])]
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body)
  if (body !== undefined) headers.push('Content-Type', 'application/json', 'Content-Length', String(body.length))
  const sent = request({ host: '127.0.0.1', port, path, method, headers, setHost: false })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await textOf(answer) }
}
