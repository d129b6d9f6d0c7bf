import type { LogErrorCode } from '../log-error.ts'

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const busy = 5
const locked = 6
const corrupt = 11
const constraint = 19
const notADatabase = 26

/** The stable code for what SQLite threw. What is not known to be for good may be tried again. */
export function faultCodeOf(error: unknown): LogErrorCode {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return 'log-unavailable'
  switch (error.errcode & 0xff) {
    case busy:
    case locked:
      return 'log-locked'
    // A constraint fails only if another writer took our offsets.
    case constraint:
    case corrupt:
    case notADatabase:
      return 'log-corrupt'
    default:
      return 'log-unavailable'
  }
}
