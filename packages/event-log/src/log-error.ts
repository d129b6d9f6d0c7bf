/** Stable codes of what can go wrong with the log. */
export type LogErrorCode =
  | 'log-unavailable'
  | 'log-access-refused'
  | 'log-closed'
  | 'log-corrupt'
  | 'log-locked'
  | 'records-gone'
  | 'unknown-topic'
  | 'topic-mismatch'
  | 'record-invalid'

/** A fault of the log itself; `retryable` says whether the same call may succeed later. */
export class LogError extends Error {
  override readonly name = 'LogError'
  readonly code: LogErrorCode
  readonly retryable: boolean

  constructor(code: LogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.retryable = code === 'log-unavailable'
  }
}
