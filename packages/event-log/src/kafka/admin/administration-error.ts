import { LogError } from '../../log-error.ts'
import { isAccessRefused, unavailable } from '../kafka-fault.ts'

/** A LogError for what kafkajs threw at an administrator: `log-access-refused` or `log-unavailable`. */
export function administrationError(message: string, cause: unknown): LogError {
  if (cause instanceof LogError) return cause
  const detail = cause instanceof Error ? `${message}: ${cause.message}` : message
  if (isAccessRefused(cause)) return new LogError('log-access-refused', detail, { cause })
  return unavailable(detail, cause)
}
