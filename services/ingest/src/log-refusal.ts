import { LogError } from '@watchword/event-log'
import { problem } from '@watchword/service-kit'

/** What a client is told when the log did not take a record; anything else than a fault of the log comes back as it is. */
export function logRefusal(error: unknown): unknown {
  if (!(error instanceof LogError) || error.code === 'record-invalid' || error.code === 'unknown-topic') return error
  return problem('log-unavailable', { cause: error })
}
