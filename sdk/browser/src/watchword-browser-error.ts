/** The one error of this package: switch on `code`, which is the platform's problem code or one of its own. */
export class WatchwordBrowserError extends Error {
  readonly code: string
  /** How many wrong answers are still allowed, if the platform said so. */
  readonly attemptsLeft: number | undefined
  /** How long the platform asked to wait, in ms. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: string,
    facts: { readonly attemptsLeft?: number; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(code, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'WatchwordBrowserError'
    this.code = code
    this.attemptsLeft = facts.attemptsLeft
    this.retryAfterMs = facts.retryAfterMs
  }
}
