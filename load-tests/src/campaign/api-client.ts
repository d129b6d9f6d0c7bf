import { Agent, request } from 'node:http'

/** An answer of the platform; `body` is the parsed JSON, or undefined when there is none. */
export type ApiAnswer = Readonly<{
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Readonly<Record<string, unknown>> | undefined
}>

/** `cut`: the connection ended or stayed silent before an answer, here or behind a proxy, so nobody knows what became of the request. */
export type ApiOutcome = Readonly<{ cut: false } & ApiAnswer> | Readonly<{ cut: true; reason: string }>

export type ApiCall = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: unknown
  headers?: Readonly<Record<string, string>>
}>

/** Calls to one platform over connections that are kept. */
export interface ApiClient {
  call(call: ApiCall): Promise<ApiOutcome>
  close(): void
}

/** The proxy's: Watchword itself never answers so. */
const badGateway = 502

/** A client that gives up after `timeoutMs`; `url` and `key` are asked for each call, for a restart may bring others. */
export function createApiClient(
  config: Readonly<{ url: () => string; key: () => string; timeoutMs: number }>,
): ApiClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })

  function call({ method, path, body, headers = {} }: ApiCall): Promise<ApiOutcome> {
    const { promise, resolve } = Promise.withResolvers<ApiOutcome>()
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const { hostname, port } = new URL(config.url())
    const outgoing = request(
      {
        agent,
        hostname,
        port,
        method,
        path,
        headers: {
          authorization: `Bearer ${config.key()}`,
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', (error) => resolve({ cut: true, reason: error.message }))
        incoming.on('close', () => {
          clearTimeout(timer)
          if (!incoming.complete) return resolve({ cut: true, reason: 'answer cut' })
          if (incoming.statusCode === badGateway) return resolve({ cut: true, reason: 'cut behind the proxy' })
          const text = Buffer.concat(chunks).toString()
          resolve({
            cut: false,
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
          })
        })
      },
    )
    const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), config.timeoutMs)
    outgoing.on('error', (error) => {
      clearTimeout(timer)
      resolve({ cut: true, reason: error.message })
    })
    outgoing.end(payload)
    return promise
  }

  return { call, close: () => agent.destroy() }
}

/** The path of something of a user. */
export function ofUser(user: string, rest: string): string {
  return `/v1/users/${encodeURIComponent(user)}/${rest}`
}

/** The body of an answer that the rest of a campaign needs; throws where it has another status than these, or none. */
export async function told(
  api: ApiClient,
  call: ApiCall,
  statuses: readonly number[],
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await api.call(call)
  if (answer.cut || !statuses.includes(answer.status))
    throw new Error(`${call.method} ${call.path} was not answered as it should be: ${JSON.stringify(answer)}`)
  return answer.body ?? {}
}
