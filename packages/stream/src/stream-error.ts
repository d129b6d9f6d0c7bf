/** Stable codes of what ends a stage or a view. */
export type StreamErrorCode =
  | 'too-many-poison'
  | 'dead-letter-failed'
  | 'degrade-failed'
  | 'append-failed'
  | 'stage-failed'
  | 'state-unrecoverable'
  | 'state-corrupt'
  | 'state-unwritable'
  | 'not-co-partitioned'
  | 'input-compacted'
  | 'group-failed'
  | 'view-failed'

/** A fault of the streaming layer; the message never holds what a record held. */
export class StreamError extends Error {
  override readonly name = 'StreamError'
  readonly code: StreamErrorCode

  constructor(code: StreamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Whatever was thrown, as an Error. */
export function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('something that is no Error was thrown', { cause })
}
