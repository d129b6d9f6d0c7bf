import type { FailureMode } from './failure-modes.ts'
import type { Guard } from './guard.ts'
import type { Subject } from './lock.ts'
import type { Refusal } from './refusal.ts'
import type { Replica } from './replica.ts'
import type { Watchword } from './watchword.ts'
import { WatchwordError } from './watchword-error.ts'

/** How a guard is made. */
export type GuardOptions = {
  /** Paths that need no check, such as `/public/**`; a path a router could read otherwise is never exempt. */
  readonly exempt?: readonly string[]
  /** `replica` (default) looks into the locks held in this process; `http` asks the guard for each request. */
  readonly via?: 'replica' | 'http'
  /** A replica to use in place of the client's own. */
  readonly replica?: Replica
  /** In place of the client's. */
  readonly failureModes?: readonly FailureMode[]
  /** What `acr_values` of the challenge says; default `urn:watchword:acr:mfa`. */
  readonly acrValues?: string
}

/** What the middlewares take: a client, and who a request is from (null: nobody signed in, let it pass). */
export type RequireVerifiedOptions<Request> = GuardOptions & {
  readonly client: Pick<Watchword, 'createGuard'>
  readonly identify: (request: Request) => Subject | null | Promise<Subject | null>
}

/** Decides about one request; undefined lets it through. */
export const refusalFor = async <Request>(
  guard: Guard,
  identify: RequireVerifiedOptions<Request>['identify'],
  request: Request,
  target: string,
): Promise<Refusal | undefined> => {
  if (guard.isExempt(target)) return undefined
  const subject = await identify(request)
  if (subject === null) return undefined
  // Only null says "nobody"; a missing return must not open every route.
  if (typeof subject !== 'object')
    throw new WatchwordError('invalid-argument', 'identify must return a subject or null')
  const verdict = await guard.admit(subject, target)
  return verdict.outcome === 'refused' ? verdict.refusal : undefined
}
