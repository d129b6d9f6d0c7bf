import { isRecord, type Lock, parseLock } from '@watchword/frames'
import type { PromptEnding } from './prompt-ending.ts'
import { parseStepUpDemand } from './step-up-demand.ts'
import { WatchwordBrowserError } from './watchword-browser-error.ts'

/** Whom requests are held up for. */
export type GuardedFetchOptions = {
  /** Asks the person and says how it ended: a `<watchword-challenge>`. */
  readonly challenge: { readonly ask: (lock: Lock) => Promise<PromptEnding> }
  /** Whose 401 may ask the person; default: the page's own origin. */
  readonly origins?: readonly string[]
  /** What carries the requests; default: the page's own. */
  readonly fetch?: typeof fetch
}

/**
 * A `fetch` that knows locks: a 401 with `insufficient_user_authentication` (RFC 9470) waits for the one prompt of all tabs, and the request
 * is made once more when it is passed; whatever comes then is the answer. Rejects with `cancelled` when the person does not want to answer now,
 * `not-repeatable` when the body was a stream, and the code of the refusal when the lock cannot be opened here.
 */
export const createGuardedFetch = (options: GuardedFetchOptions): typeof fetch => {
  const fetchOf: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init))
  return async (input, init) => {
    const request = requestOf(input, init)
    const answer = await fetchOf(request.take())
    const lock = answer.status === 401 && isFrom(answer, options.origins) ? await demandedLock(answer) : undefined
    if (lock === undefined) return answer
    const ending = await unlessAborted(options.challenge.ask(lock), request.signal)
    if (ending.status === 'cancelled') throw new WatchwordBrowserError('cancelled')
    if (ending.status === 'failed') throw new WatchwordBrowserError(ending.code)
    if (!request.isRepeatable) throw new WatchwordBrowserError('not-repeatable')
    return fetchOf(request.take())
  }
}

type Repeatable = { readonly take: () => Request; readonly isRepeatable: boolean; readonly signal: AbortSignal }

/** A guard refuses before anything is done, so any method may be repeated whose body can be sent again. */
const requestOf = (input: RequestInfo | URL, init: RequestInit | undefined): Repeatable => {
  const first = new Request(input, init)
  const isRepeatable = !(init?.body instanceof ReadableStream)
  return { take: () => (isRepeatable ? first.clone() : first), isRepeatable, signal: first.signal }
}

const isFrom = (answer: Response, origins: readonly string[] = [location.origin]): boolean =>
  URL.canParse(answer.url) && origins.includes(new URL(answer.url).origin)

/** The lock that an answer is about; a proxy's answer has its id alone, and then every factor may be tried. */
const demandedLock = async (answer: Response): Promise<Lock | undefined> => {
  const header = answer.headers.get('www-authenticate')
  const demand = header === null ? undefined : parseStepUpDemand(header)
  const problem = await problemOf(answer)
  // Another origin's headers may be hidden from the page, the body is not.
  if (demand === undefined && problem['code'] !== 'insufficient-user-authentication') return undefined
  const lock = parseLock(problem['lock'])
  if (lock !== undefined || demand?.lockId === undefined) return lock
  return {
    id: demand.lockId,
    version: 0,
    scope: 'user',
    level: '',
    reasonUser: {},
    factors: ['webauthn', 'totp', 'recovery-code'],
    by: 'risk',
    since: '',
    challengeUri: demand.challengeUri ?? '',
  }
}

const problemOf = async (answer: Response): Promise<Readonly<Record<string, unknown>>> => {
  if (!/\bjson\b/.test(answer.headers.get('content-type') ?? '')) return {}
  try {
    const body: unknown = await answer.clone().json()
    return isRecord(body) ? body : {}
  } catch {
    // A body that says it is JSON and is not; the header decides alone.
    return {}
  }
}

const unlessAborted = async <Value>(waited: Promise<Value>, signal: AbortSignal): Promise<Value> => {
  signal.throwIfAborted()
  return new Promise<Value>((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    waited.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
