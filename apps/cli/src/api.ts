import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from './terminal.ts'

/** Options of every command that talks to a running platform. */
export type ApiOptions = Readonly<{ url: string; key?: string; data: string }>

/** A refusal of the platform, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  /** After how many seconds the platform asks to come again, where it does. */
  readonly retryAfterSeconds: number | undefined

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export type Api = Readonly<{
  url: string
  key: string
  /** Sends JSON (or a text with its own media type) and answers the JSON body; throws an ApiError. */
  call: (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<unknown>
}>

/** The platform at `--url`, with `--key` or the development key of the data folder. */
export async function connectApi(options: ApiOptions): Promise<Api> {
  const key = options.key ?? (await readDevKey(options.data))
  const url = options.url.replace(/\/$/, '')
  return {
    url,
    key,
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }).catch((error: unknown) => {
        throw new ApiError(0, 'unreachable', `${url} does not answer: ${reasonOf(error)}`)
      })
      const text = await response.text()
      const value: unknown = text === '' ? undefined : JSON.parse(text)
      if (!response.ok) throw refusal(response, value)
      return value
    },
  }
}

/** What `fetch` throws says only that it failed; the reason is its cause. */
function reasonOf(error: unknown): string {
  return String(error instanceof Error && error.cause !== undefined ? error.cause : error)
}

async function readDevKey(data: string): Promise<string> {
  try {
    return (await readFile(join(data, 'dev-key'), 'utf8')).trim()
  } catch {
    throw new UsageError(`no --key, and no key in ${join(data, 'dev-key')}`)
  }
}

type Problem = Readonly<{
  code?: string
  title?: string
  detail?: string
  errors?: readonly { pointer: string; detail: string }[]
}>

function refusal({ status, headers }: Response, value: unknown): ApiError {
  const { code = 'unknown', title = 'refused', detail, errors = [] } = (value ?? {}) as Problem
  const where = errors.map((fault) => `\n  ${fault.pointer}: ${fault.detail}`).join('')
  const retryAfter = headers.get('retry-after')
  const message = `${status} ${title}${detail ? `: ${detail}` : ''}${where}`
  return new ApiError(status, code, message, retryAfter === null ? undefined : Number(retryAfter))
}
