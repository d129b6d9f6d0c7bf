import type { Authorizations, AuthorizedAction, PendingAuthorization } from './authorizations.ts'
import type { Refusal } from './refusal.ts'
import { refuseUnauthorized, refuseUnknown } from './refusal.ts'
import { type Decide, identified, type Identify, type RequestReader } from './require-verified.ts'
import { WatchwordError } from './watchword-error.ts'

/** What the middleware takes: who a request is from, what it is about to do, and who has to approve. */
export type RequireAuthorizationOptions<Request> = {
  readonly client: {
    readonly authorizations: Pick<Authorizations, 'request' | 'consume'>
  }
  /** Needs a session with the user; a request that nobody signed is refused. */
  readonly identify: Identify<Request>
  readonly action: (request: Request) => AuthorizedAction | Promise<AuthorizedAction>
  readonly approver: 'owner' | 'supervisor'
  readonly approvers?: readonly string[]
  readonly quorum?: number
  readonly ttl?: string
}

/** By this header a request names the authorization that it is to use. */
export const authorizationHeader = 'x-watchword-authorization'

const refusedForGood = new Set(['approval-denied', 'already-consumed', 'expired', 'parameters-changed', 'not-found'])

/**
 * The one logic behind each framework's `requireAuthorization`: a request without an authorization asks for one and is refused with its id;
 * repeated with the id, it is let through once, after the approval. No failure mode opens it.
 */
export const decideAuthorized = <Request>(
  options: RequireAuthorizationOptions<Request>,
  { incoming }: RequestReader<Request>,
): Decide<Request> => {
  const { client, identify, approver, approvers, quorum, ttl } = options

  const ask = async (user: string, session: string, action: AuthorizedAction): Promise<Refusal> => {
    const pending = await client.authorizations.request({
      user,
      session,
      action,
      approver,
      ...(approvers === undefined ? {} : { approvers }),
      ...(quorum === undefined ? {} : { quorum }),
      ...(ttl === undefined ? {} : { ttl }),
    })
    return refuseUnauthorized('authorization-required', pending)
  }

  const use = async (id: string, session: string, action: AuthorizedAction): Promise<Refusal | undefined> => {
    const { type, resource, parameters } = action
    await client.authorizations.consume(id, { parameters, session, action: { type, resource } })
    return undefined
  }

  return async (request) => {
    const subject = await identified(identify, request)
    if (subject === null) return refuseUnauthorized('missing-credentials')
    const { user, session } = subject
    if (session === undefined) throw new WatchwordError('invalid-argument', 'an authorization needs a session')
    const id = incoming(request).headers[authorizationHeader]
    if (Array.isArray(id)) return refuseUnauthorized('not-found')
    const action = await options.action(request)
    try {
      return await (id === undefined ? ask(user, session, action) : use(id, session, action))
    } catch (error) {
      return refusalOf(error, id)
    }
  }
}

const refusalOf = (error: unknown, id: string | undefined): Refusal => {
  if (!(error instanceof WatchwordError)) throw error
  if (error.code === 'approval-pending' && id !== undefined) {
    return refuseUnauthorized('approval-pending', { id } satisfies Partial<PendingAuthorization>)
  }
  if (error.code === 'locked') return refuseUnauthorized('insufficient-user-authentication')
  if (refusedForGood.has(error.code)) return refuseUnauthorized(error.code as Unauthorized)
  if (error.retryable) return refuseUnknown()
  throw error
}

type Unauthorized = Parameters<typeof refuseUnauthorized>[0]
