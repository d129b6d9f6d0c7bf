import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from './terminal.ts'

/** Options of every command that talks to a running platform. */
export type ApiOptions = Readonly<{ url: string; key?: string; data: string }>

/** What is said of a platform that says nothing itself. */
type ApiErrorCode = 'unreachable' | 'not-watchword'

/** A refusal of the platform, in its own words and under its own code, or one of `ApiErrorCode`. */
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

/** Reads `--url`; throws a UsageError, which does not repeat it, for one that is no address or holds a user or a password. */
export function platformUrl(text: string): string {
  const { protocol, username, password } = URL.canParse(text) ? new URL(text) : { protocol: '' }
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new UsageError('--url is no http or https address, such as http://127.0.0.1:8080')
  if (username !== '' || password !== '')
    throw new UsageError('--url holds a user or a password: what the platform asks for is an API key, --key')
  return text.replace(/\/$/, '')
}

/** The platform at `--url`, with `--key` or the development key of the data folder. */
export async function connectApi(options: ApiOptions): Promise<Api> {
  const key = options.key ?? (await readDevKey(options.data))
  // What throws at a header that cannot be sent repeats it.
  if (!/^[\x20-\x7e]*$/.test(key)) throw new UsageError('the key holds characters that no key has')
  const url = platformUrl(options.url)
  return {
    url,
    key,
    async call(method, path, body, headers = {}) {
      const answer = await askPlatform(url, method, path, {
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      if (answer.status >= 200 && answer.status < 300) return answer.value
      if (!isProblem(answer.value)) throw foreignAnswer(url, `${method} ${path}`, answer.status)
      throw refusal(answer, answer.value)
    },
  }
}

/** An answer, its body as JSON; undefined for none. */
export type Answer = Readonly<{ status: number; headers: Headers; value: unknown }>

/** Sends a request and takes any status; throws an ApiError where nobody answers, or with a body that is no JSON. */
export async function askPlatform(
  url: string,
  method: string,
  path: string,
  init: Readonly<Pick<RequestInit, 'headers' | 'body'>> = {},
): Promise<Answer> {
  const { status, headers, text } = await exchange(`${url}${path}`, { ...init, method }).catch((error: unknown) => {
    throw new ApiError(0, 'unreachable' satisfies ApiErrorCode, `${url} does not answer: ${reasonOf(error)}`)
  })
  try {
    return { status, headers, value: text === '' ? undefined : (JSON.parse(text) as unknown) }
  } catch {
    throw foreignAnswer(url, `${method} ${path}`, status)
  }
}

async function exchange(
  address: string,
  init: RequestInit,
): Promise<Omit<Answer, 'value'> & Readonly<{ text: string }>> {
  const response = await fetch(address, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Somebody answers, and not as the platform does. What they say is not repeated. */
export function foreignAnswer(url: string, request: string, status: number): ApiError {
  const [route] = request.split('?')
  return new ApiError(
    status,
    'not-watchword' satisfies ApiErrorCode,
    `${url} answers ${route} with ${status}, and not as Watchword does`,
  )
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
  code: string
  title?: string
  detail?: string
  errors?: readonly { pointer: string; detail: string }[]
}>

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string'
}

function refusal({ status, headers }: Answer, { code, title = 'refused', detail, errors = [] }: Problem): ApiError {
  const where = errors.map((fault) => `\n  ${fault.pointer}: ${fault.detail}`).join('')
  const retryAfter = headers.get('retry-after')
  const message = `${status} ${title}${detail ? `: ${detail}` : ''}${where}`
  return new ApiError(status, code, message, retryAfter === null ? undefined : Number(retryAfter))
}
