/** What was thrown, as an Error. */
export function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('a value that is no Error was thrown', { cause })
}
