import { LogError } from '../../log-error.ts'
import { isAccessRefused, unavailable } from '../kafka-fault.ts'

/** A LogError for what kafkajs threw at an administrator: `log-access-refused` or `log-unavailable`. */
export function administrationError(message: string, cause: unknown): LogError {
  if (cause instanceof LogError) return cause
  const detail = cause instanceof Error ? `${message}: ${reasonOf(cause)}` : message
  if (isAccessRefused(cause)) return new LogError('log-access-refused', detail, { cause })
  return unavailable(detail, cause)
}

/** Of what kafkajs tells of each topic by itself, each reason once. */
function reasonOf(cause: Error): string {
  const parts: unknown = 'errors' in cause ? cause.errors : undefined
  if (!Array.isArray(parts) || parts.length === 0) return cause.message
  return [...new Set(parts.map((part) => (part instanceof Error ? part.message : String(part))))].join('; ')
}
