import type { CallOptions } from './call-options.ts'
import { fullJitterMs } from './retry-delay.ts'
import type { Runtime } from './runtime.ts'
import type { Tunings } from './settings.ts'
import { uuidV7 } from './uuid-v7.ts'
import { WatchwordError } from './watchword-error.ts'

/** What needs approval. `parameters` are all that makes this action this one (amount, recipient); only with the very same ones it can be done. */
export type AuthorizedAction = {
  readonly type: string
  readonly resource: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** Who wants to do what, and who has to approve; `ttl` is an ISO 8601 duration. */
export type AuthorizationRequest = {
  readonly user: string
  readonly session: string
  readonly device?: string
  readonly action: AuthorizedAction
  readonly approver: 'owner' | 'supervisor'
  /** Which supervisors are asked; without them, whoever the app vouches for. */
  readonly approvers?: readonly string[]
  /** How many supervisors; one where absent. */
  readonly quorum?: number
  readonly ttl?: string
}

/** An authorization that waits for approval; `parametersHash` says what is approved. What else the platform tells of it is with it. */
export type PendingAuthorization = {
  readonly id: string
  readonly status: 'pending'
  readonly parametersHash: string
  /** For the eyes of whoever asked: the approver has to type it. */
  readonly number?: string
  /** RFC 3339. */
  readonly expiresAt?: string
}

/** What is consumed: the parameters that were approved, and the session and action that they must belong to. */
export type Consumption = {
  readonly parameters: Readonly<Record<string, unknown>>
  readonly session?: string
  readonly action?: { readonly type: string; readonly resource: string }
}

/** The three calls of an authorization; each rejects with a `WatchwordError` carrying the problem's code. */
export type Authorizations = {
  readonly request: (request: AuthorizationRequest, options?: CallOptions) => Promise<PendingAuthorization>
  /** The approver's answer, after a fresh factor of their own; `approval` is the body of `POST /v1/authorizations/{id}/approvals`. */
  readonly approve: (id: string, approval: Readonly<Record<string, unknown>>, options?: CallOptions) => Promise<unknown>
  /** Uses it up; a repetition after a lost answer is the same use. Rejects with `approval-pending` until it is approved. */
  readonly consume: (id: string, consumption: Consumption) => Promise<void>
}

/** How long to wait for approval, and how to stop waiting. */
export type AuthorizeOptions = {
  /** Until the authorization expires, if absent; then rejects with `approval-pending`. */
  readonly waitMs?: number
  readonly signal?: AbortSignal
  /** Called once with what waits for approval, to show it. */
  readonly onPending?: (pending: PendingAuthorization) => void
}

/** An action that was approved and may be done now, this once. */
export type Authorized = { readonly id: string; readonly parametersHash: string }

type Post = (path: string, body: object, options?: CallOptions) => Promise<unknown>

const sendsMax = 3

/** The calls over `post`, which sends a body to a path of the platform. */
export const createAuthorizations = (
  post: Post,
  pathOf: (id: string) => string,
  runtime: Pick<Runtime, 'now' | 'randomBytes' | 'setTimeout' | 'clearTimeout'>,
): Authorizations => ({
  request: async (request, options) => {
    const answer = (await post('/v1/authorizations', request, options)) as Partial<PendingAuthorization> | undefined
    const { id, parametersHash } = answer ?? {}
    if (typeof id !== 'string' || id === '' || typeof parametersHash !== 'string') {
      throw new WatchwordError('invalid-response', 'the answer does not name an authorization')
    }
    return { ...answer, id, status: 'pending', parametersHash }
  },
  approve: async (id, approval, options) => post(`${pathOf(id)}/approvals`, approval, options),
  consume: async (id, consumption) => {
    // One key for one use: whoever lost the answer asks for the same one again and is not told that it was used.
    const idempotencyKey = uuidV7(runtime.now(), runtime.randomBytes(10))
    for (let send = 1; ; send++) {
      try {
        await post(`${pathOf(id)}/consume`, consumption, { idempotencyKey })
        return
      } catch (error) {
        // A 503 or 504 may come after the use was written; who is told to wait, was not heard.
        const mayHaveArrived = error instanceof WatchwordError && error.retryable && error.status !== 429
        if (!mayHaveArrived || send === sendsMax) throw error
        await pause(error.retryAfterMs ?? 0, runtime, undefined)
      }
    }
  },
})

/** Requests an authorization, waits until it is approved and uses it; resolves once, and then the action is to be done. */
export const authorizeAction = async (
  deps: { readonly authorizations: Authorizations; readonly tunings: Tunings; readonly runtime: Runtime },
  request: AuthorizationRequest,
  options: AuthorizeOptions = {},
): Promise<Authorized> => {
  const { authorizations, tunings, runtime } = deps
  // What is consumed is what was asked for, whatever becomes of the caller's object meanwhile.
  const asked = structuredClone(request)
  const pending = await authorizations.request(asked)
  options.onPending?.(pending)
  const { id, parametersHash } = pending
  const { session, action } = asked
  const deadline = runtime.monotonic() + (options.waitMs ?? Number.POSITIVE_INFINITY)
  const bounds = { minMs: tunings.approvalPollMinMs, maxMs: tunings.approvalPollMaxMs }
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted()
    try {
      const { type, resource, parameters } = action
      await authorizations.consume(id, { parameters, session, action: { type, resource } })
      return { id, parametersHash }
    } catch (error) {
      if (!(error instanceof WatchwordError)) throw error
      if (error.code !== 'approval-pending' && !error.retryable) throw error
      const delayMs = Math.max(
        tunings.approvalPollMinMs + fullJitterMs(attempt, bounds, runtime.random),
        error.retryAfterMs ?? 0,
      )
      if (runtime.monotonic() + delayMs >= deadline) throw error
      await pause(delayMs, runtime, options.signal)
    }
  }
}

const pause = (
  delayMs: number,
  runtime: Pick<Runtime, 'setTimeout' | 'clearTimeout'>,
  signal: AbortSignal | undefined,
): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      runtime.clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = runtime.setTimeout(end, delayMs)
    signal?.addEventListener('abort', end, { once: true })
  })
