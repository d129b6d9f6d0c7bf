import { isRecord, type Lock } from '@watchword/frames'
import { WatchwordBrowserError } from './watchword-browser-error.ts'

/** The ways to answer that this package knows, the one that no phishing page can pass on first. */
export const methods = ['webauthn', 'totp', 'recovery-code'] as const
export type Method = (typeof methods)[number]

/** A challenge that waits for its answer until `expiresAt`, epoch ms; `options` (WebAuthn) is a PublicKeyCredentialRequestOptionsJSON. */
export type Challenge = { readonly id: string; readonly expiresAt: number; readonly options?: unknown }

/** What answers a challenge: six digits or a recovery code, or an AuthenticationResponseJSON. */
export type Answer = { readonly code: string } | { readonly assertion: unknown }

/** A passed verification; where `session.ended` is true the app's backend gives the person a new session for `mfaToken`. */
export type Verification = {
  readonly mfaToken: string
  readonly verifiedUntil: string
  readonly session: { readonly id: string | null; readonly ended: boolean }
}

/** Where challenges are made, and who vouches for this page. */
export type ChallengeClientConfig = {
  readonly baseUrl: string
  /** Gets a fresh one-use ticket (purpose `challenge`) from the app's backend. */
  readonly ticket: () => Promise<string>
}

/** The two calls that open a lock; both reject with the platform's problem code, or `unreachable`. */
export type ChallengeClient = {
  readonly create: (lock: Pick<Lock, 'id'>, method: Method) => Promise<Challenge>
  readonly respond: (challenge: Challenge, answer: Answer) => Promise<Verification>
}

/** The first call spends a ticket, those after it present the capability it bought. */
export const createChallengeClient = (
  config: ChallengeClientConfig,
  fetchOf: typeof fetch = (input, init) => fetch(input, init),
): ChallengeClient => {
  let capability: string | undefined

  const request = async (path: string, body: object, headers: Record<string, string>): Promise<Response> => {
    try {
      return await fetchOf(`${config.baseUrl.replace(/\/+$/, '')}${path}`, {
        method: 'POST',
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    } catch (cause) {
      throw new WatchwordBrowserError('unreachable', { cause })
    }
  }

  const call = async (path: string, body: object, headers: Record<string, string> = {}): Promise<unknown> => {
    const withCapability = capability !== undefined
    const credential: Record<string, string> =
      capability === undefined
        ? { authorization: `Ticket ${await config.ticket()}` }
        : { 'x-watchword-capability': capability }
    const response = await request(path, body, { ...headers, ...credential })
    capability = response.headers.get('x-watchword-capability') ?? capability
    const answer = await readAnswer(response)
    if (response.ok) return answer
    const error = refusal(response, answer)
    if (withCapability && error.code === 'invalid-credentials') {
      // It has run out; a new ticket begins the flow again.
      capability = undefined
      return call(path, body, headers)
    }
    throw error
  }

  return {
    create: async ({ id }, factor) => {
      const answer = await call(`/v1/locks/${encodeURIComponent(id)}/challenges`, { factor })
      if (!isRecord(answer) || typeof answer['challenge'] !== 'string')
        throw new WatchwordBrowserError('invalid-response')
      const { challenge, options, expiresAt } = answer
      return { id: challenge, expiresAt: timeOf(expiresAt), ...(options === undefined ? {} : { options }) }
    },
    respond: async (challenge, answer) => {
      const headers = { 'idempotency-key': randomKey() }
      const said = await call(`/v1/challenges/${encodeURIComponent(challenge.id)}/responses`, answer, headers)
      if (!isVerification(said)) throw new WatchwordBrowserError('invalid-response')
      return said
    },
  }
}

/** A challenge that says no time is good until the platform says otherwise. */
const timeOf = (text: unknown): number =>
  typeof text === 'string' && Number.isFinite(Date.parse(text)) ? Date.parse(text) : Number.POSITIVE_INFINITY

const readAnswer = async (response: Response): Promise<unknown> => {
  try {
    return (await response.json()) as unknown
  } catch {
    // A body that is not JSON is no answer; the status alone decides.
    return undefined
  }
}

const refusal = (response: Response, answer: unknown): WatchwordBrowserError => {
  const problem = isRecord(answer) ? answer : {}
  const { code, attemptsLeft } = problem
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new WatchwordBrowserError(typeof code === 'string' ? code : `http-${response.status}`, {
    ...(typeof attemptsLeft === 'number' ? { attemptsLeft } : {}),
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {}),
  })
}

const isVerification = (answer: unknown): answer is Verification =>
  isRecord(answer) && typeof answer['mfaToken'] === 'string' && isRecord(answer['session'])

const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
