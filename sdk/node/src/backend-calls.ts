import type { Lock } from '@watchword/frames'
import { type Authorizations, createAuthorizations } from './authorizations.ts'
import type { CallOptions } from './call-options.ts'
import { type Connections, createConnections } from './connections.ts'
import type { Answers } from './generated/answers.ts'
import { type HttpTransport, pathSegment } from './http-transport.ts'
import type { Runtime } from './runtime.ts'
import { uuidV7 } from './uuid-v7.ts'

/** A one-use ticket; good until `expiresAt` (RFC 3339, 30 s). */
export type Ticket = Answers['POST /v1/tickets']

/** A TOTP factor to be shown once; `qr` is an image of `uri`. */
export type TotpEnrolment = Answers['POST /v1/users/{user}/factors/totp']

/** A challenge to be answered before `expiresAt`; `options` are for the browser's WebAuthn call. */
export type Challenge = Answers['POST /v1/locks/{lock}/challenges'] & {
  readonly options?: Readonly<Record<string, unknown>>
}

/** A person's answer to a challenge and the context it came from, without which a session is ended rather than opened. */
export type ChallengeResponse = ({ readonly code: string } | { readonly assertion: unknown }) & {
  readonly context?: AnswerContext
}

/** Where somebody answers from, as the app's edge saw it: a verification vouches for this and nothing else. */
export type AnswerContext = {
  readonly ip?: string
  readonly userAgent?: string
  readonly device?: string
  readonly fingerprint?: string
}

/** A passed verification; when `session.ended` is true the app gives the person a new session id. `id` is null for a lock of a device or a user. */
export type Verification = Answers['POST /v1/challenges/{challenge}/responses']

/** The calls a backend makes besides capture and check; each rejects with a `WatchwordError` carrying the problem's code. */
export type BackendCalls = {
  readonly authorizations: Authorizations
  readonly connections: Connections
  readonly tickets: {
    readonly create: (request: {
      readonly user: string
      readonly session?: string
      readonly purpose: 'subscribe' | 'challenge' | 'enrol'
      /** Where the bearer of the ticket will answer from; a page cannot be asked for it. */
      readonly context?: AnswerContext
    }) => Promise<Ticket>
  }
  readonly challenges: {
    readonly create: (lockId: string, request: { readonly factor: string }, options?: CallOptions) => Promise<Challenge>
    /** Rejects with `verification-failed`, `stale-challenge` or `too-many-requests`. */
    readonly respond: (challenge: string, response: ChallengeResponse, options?: CallOptions) => Promise<Verification>
  }
  readonly factors: {
    readonly list: (user: string) => Promise<Answers['GET /v1/users/{user}/factors']>
    readonly remove: (user: string, factor: string) => Promise<void>
    readonly totp: {
      readonly enrol: (user: string, options?: CallOptions) => Promise<TotpEnrolment>
      /** With the session and context of the login under way, that login is vouched for and learned. */
      readonly confirm: (
        user: string,
        factor: string,
        answer: { readonly code: string; readonly session?: string; readonly context?: AnswerContext },
        options?: CallOptions,
      ) => Promise<Answers['POST /v1/users/{user}/factors/totp/{factor}/confirm']>
    }
  }
  readonly locks: {
    /** Resolves once no later request is admitted; without a lock when the session has ended meanwhile. */
    readonly lock: (
      user: string,
      request: { readonly reason: string; readonly session?: string; readonly app?: string },
    ) => Promise<{ readonly lock?: Lock }>
    /** Without `lock` all of the user's. */
    readonly unlock: (
      user: string,
      request: { readonly reason: string; readonly lock?: string; readonly version?: number },
    ) => Promise<Answers['POST /v1/users/{user}/unlock']>
  }
  readonly sessions: {
    /** Ends a session for good; resolves once no later request is admitted. */
    readonly end: (session: string, owner: { readonly user: string; readonly reason?: string }) => Promise<void>
  }
}

/** The backend calls over a transport; a request that changes something carries an `Idempotency-Key`. */
export const createBackendCalls = (transport: HttpTransport, timeoutMs: number, runtime: Runtime): BackendCalls => {
  const call = async <Answer>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
    options: CallOptions = {},
    { headers = {}, extraMs = 0 }: { headers?: Readonly<Record<string, string>>; extraMs?: number } = {},
  ): Promise<Answer> => {
    const idempotencyKey = options.idempotencyKey ?? uuidV7(runtime.now(), runtime.randomBytes(10))
    const answer = await transport.send({
      method,
      path,
      timeoutMs: timeoutMs + extraMs,
      headers: {
        ...headers,
        ...(method === 'POST' ? { 'idempotency-key': idempotencyKey } : {}),
        ...(options.capability === undefined ? {} : { 'x-watchword-capability': options.capability }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return answer.body as Answer
  }
  const ofUser = (user: string, rest: string): string => `/v1/users/${pathSegment(user, 'user')}/${rest}`
  const totpPath = (user: string): string => ofUser(user, 'factors/totp')
  return {
    authorizations: createAuthorizations(
      async (path, body, options) => call('POST', path, body, options),
      (id) => `/v1/authorizations/${pathSegment(id, 'authorization')}`,
      runtime,
    ),
    connections: createConnections(async (path, body, options, more) => call('POST', path, body, options, more)),
    tickets: { create: async (request) => call('POST', '/v1/tickets', request) },
    challenges: {
      create: async (lockId, request, options) =>
        call('POST', `/v1/locks/${pathSegment(lockId, 'lock')}/challenges`, request, options),
      respond: async (challenge, response, options) =>
        call('POST', `/v1/challenges/${pathSegment(challenge, 'challenge')}/responses`, response, options),
    },
    factors: {
      list: async (user) => call('GET', ofUser(user, 'factors')),
      remove: async (user, factor) => call('DELETE', ofUser(user, `factors/${pathSegment(factor, 'factor')}`)),
      totp: {
        enrol: async (user, options) => call('POST', totpPath(user), {}, options),
        confirm: async (user, factor, answer, options) =>
          call('POST', `${totpPath(user)}/${pathSegment(factor, 'factor')}/confirm`, answer, options),
      },
    },
    locks: {
      lock: async (user, request) => call('POST', ofUser(user, 'lock'), request),
      unlock: async (user, request) => call('POST', ofUser(user, 'unlock'), request),
    },
    sessions: {
      end: async (session, owner) => {
        const query = new URLSearchParams(owner).toString()
        return call('DELETE', `/v1/sessions/${pathSegment(session, 'session')}?${query}`)
      },
    },
  }
}
