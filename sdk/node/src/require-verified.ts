import type { Guard } from './guard.ts'
import type { GuardOptions } from './guard-options.ts'
import type { Subject } from './status.ts'
import type { Refusal } from './refusal.ts'
import type { Watchword } from './watchword.ts'
import { WatchwordError } from './watchword-error.ts'

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
