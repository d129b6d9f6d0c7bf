import { OutboundError } from './outbound-error.ts'

/** How long one attempt to reach somebody may take in all, milliseconds. */
const attemptMsMax = 15_000

/**
 * What `work` answers, unless the limit or `outside` comes first: also for work that does not look at the signal that it is given, such as the resolution of a
 * name. Rejects with an OutboundError (`timed-out`, `interrupted`) then.
 */
export async function withinLimit<Answer>(
  outside: AbortSignal,
  work: (signal: AbortSignal) => Promise<Answer>,
  limitMs = attemptMsMax,
): Promise<Answer> {
  const limit = AbortSignal.timeout(limitMs)
  const either = AbortSignal.any([outside, limit])
  const ended = Promise.withResolvers<never>()
  const onAbort = (): void => ended.reject(either.reason)
  either.addEventListener('abort', onAbort)
  try {
    either.throwIfAborted()
    return await Promise.race([work(either), ended.promise])
  } catch (cause) {
    if (outside.aborted) throw new OutboundError('interrupted', 'the attempt was given up', { cause })
    if (limit.aborted) throw new OutboundError('timed-out', 'the attempt took too long', { cause })
    throw cause
  } finally {
    either.removeEventListener('abort', onAbort)
  }
}
