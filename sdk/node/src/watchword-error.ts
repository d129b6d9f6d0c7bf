import type { ProblemCode } from './generated/answers.ts'

/** An RFC 9457 problem as Watchword sends it; `code` is stable and kebab-case. */
export type Problem = {
  readonly type?: string
  readonly title?: string
  readonly status?: number
  readonly code?: string
  readonly detail?: string
  readonly [member: string]: unknown
}

/** Codes made by this SDK itself; every other code comes from a problem the platform sent. */
export type SdkErrorCode =
  | 'activity-too-large'
  | 'closed'
  | 'handler-failed'
  | 'http-error'
  | 'invalid-argument'
  | 'invalid-config'
  | 'invalid-frame'
  | 'invalid-response'
  | 'invalid-token'
  | 'keys-unavailable'
  | 'queue-damaged'
  | 'queue-full'
  | 'queue-in-use'
  | 'queue-unwritable'
  | 'release-report-overflow'
  | 'subscription-refused'
  | 'timeout'
  | 'unreachable'
  | 'unsupported-user-names'

/** What an error can be: of this SDK, of the platform as it is documented, or of a newer platform. */
export type WatchwordErrorCode = SdkErrorCode | ProblemCode | (string & {})

type ErrorFacts = {
  readonly status?: number | undefined
  readonly problem?: Problem | undefined
  readonly retryable?: boolean
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** The one error of this SDK: switch on `code`; `status` and `problem` are there when the platform answered. */
export class WatchwordError extends Error {
  readonly code: WatchwordErrorCode
  readonly status: number | undefined
  readonly problem: Problem | undefined
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean
  /** How long the platform asked to wait, in ms. */
  readonly retryAfterMs: number | undefined

  constructor(code: WatchwordErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'WatchwordError'
    this.code = code
    this.status = facts.status
    this.problem = facts.problem
    this.retryable = facts.retryable ?? false
    this.retryAfterMs = facts.retryAfterMs
  }
}
