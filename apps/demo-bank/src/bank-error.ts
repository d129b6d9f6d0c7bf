const statusOf = {
  'wrong-credentials': 401,
  'signed-out': 401,
  'sign-in-refused': 403,
  'foreign-request': 403,
  'sign-in-again': 403,
  'invalid-request': 422,
  'invalid-token': 403,
  'session-goes-on': 409,
  'try-again': 503,
} as const

/** Codes of the bank's own refusals. */
export type BankErrorCode = keyof typeof statusOf

/** A refusal of the bank; `message` is what the person reads. */
export class BankError extends Error {
  readonly code: BankErrorCode
  readonly status: number

  constructor(code: BankErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'BankError'
    this.code = code
    this.status = statusOf[code]
  }
}
