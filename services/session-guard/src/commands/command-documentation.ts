import type { ProblemCode } from '@watchword/service-kit'

/** What every route may answer that sends a command to the lock stage. */
export const commandProblems: readonly ProblemCode[] = ['log-unavailable', 'overloaded', 'timed-out']

/** What a route reads that gives a repeated request its first answer. */
export const idempotencyHeaders = {
  'Idempotency-Key': '1 to 255 visible characters: a repeated request with the same key gets the first answer.',
}
