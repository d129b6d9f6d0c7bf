/** Stable codes of why nothing was delivered, beside `http-<status>`. */
export type OutboundErrorCode =
  | 'address-refused'
  | 'host-unknown'
  | 'connect-failed'
  | 'timed-out'
  | 'interrupted'
  | 'directory-failed'

/** A request that got no answer; the message never holds the address or what was sent. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly code: OutboundErrorCode

  constructor(code: OutboundErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
