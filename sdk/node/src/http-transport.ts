import { parseRetryAfter } from './retry-delay.ts'
import type { Runtime } from './runtime.ts'
import { type Problem, WatchwordError } from './watchword-error.ts'

/** One call of the platform; `body` is JSON text. */
export type HttpCall = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly timeoutMs: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** An answer of the platform with a status below 300. */
export type HttpAnswer = { readonly status: number; readonly body: unknown; readonly headers: Headers }

/** Sends calls with the app's key; rejects with a `WatchwordError` for everything but a 2xx. */
export type HttpTransport = { readonly send: (call: HttpCall) => Promise<HttpAnswer> }

const retryableStatuses = new Set([408, 429, 502, 503, 504])

/** Writes one path segment; throws `invalid-argument` for what an address would drop or merge (empty, `.`, `..`). */
export const pathSegment = (value: string, name: string): string => {
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..' || !isWellFormed(value)) {
    throw new WatchwordError('invalid-argument', `${name} cannot be part of an address`)
  }
  return encodeURIComponent(value)
}

const isWellFormed = (value: string): boolean => !/\p{Surrogate}/u.test(value)

const refused = (response: Response, body: unknown, nowMs: number): WatchwordError => {
  const problem = typeof body === 'object' && body !== null ? (body as Problem) : undefined
  const code = typeof problem?.code === 'string' ? problem.code : 'http-error'
  return new WatchwordError(code, `the platform answered ${response.status} (${code})`, {
    status: response.status,
    problem,
    retryable: retryableStatuses.has(response.status),
    retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), nowMs),
  })
}

const readBody = async (response: Response): Promise<unknown> => {
  const text = await response.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    if (!response.ok) return undefined
    throw new WatchwordError('invalid-response', 'the platform answered with something other than JSON', {
      status: response.status,
      cause,
    })
  }
}

/** A transport over `fetch`; redirects are refused, so the key goes nowhere else. */
export const createHttpTransport = (
  config: { readonly url: URL; readonly key: string },
  runtime: Runtime,
): HttpTransport => {
  const base = config.url.origin + config.url.pathname.replace(/\/+$/, '')
  return {
    send: async (call) => {
      const abort = new AbortController()
      let timedOut = false
      const timer = runtime.setTimeout(() => {
        timedOut = true
        abort.abort()
      }, call.timeoutMs)
      const onAbort = (): void => abort.abort()
      if (call.signal?.aborted === true) onAbort()
      call.signal?.addEventListener('abort', onAbort, { once: true })
      try {
        const response = await runtime.fetch(base + call.path, {
          method: call.method,
          redirect: 'manual',
          signal: abort.signal,
          headers: {
            accept: 'application/json, application/problem+json',
            ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
            ...call.headers,
            authorization: `Bearer ${config.key}`,
          },
          ...(call.body === undefined ? {} : { body: call.body }),
        })
        const body = await readBody(response)
        if (!response.ok) throw refused(response, body, runtime.now())
        return { status: response.status, body, headers: response.headers }
      } catch (cause) {
        if (cause instanceof WatchwordError) throw cause
        if (timedOut) {
          throw new WatchwordError('timeout', `no answer within ${call.timeoutMs} ms`, { cause, retryable: true })
        }
        throw new WatchwordError('unreachable', 'the platform cannot be reached', { cause, retryable: true })
      } finally {
        runtime.clearTimeout(timer)
        call.signal?.removeEventListener('abort', onAbort)
      }
    },
  }
}
