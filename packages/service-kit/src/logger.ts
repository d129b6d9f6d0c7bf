import { type DestinationStream, type Logger, pino } from 'pino'
import { redactedPaths } from './redaction.ts'

export type { Logger } from 'pino'

export type LoggerConfig = {
  readonly service: string
  readonly version: string
  /** Default `info`. */
  readonly level?: LogLevel
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/** Makes a JSON logger: constant messages, facts as fields, secrets redacted; writes to standard output by default. */
export function createLogger(config: LoggerConfig, deps: { readonly destination?: DestinationStream } = {}): Logger {
  const options = {
    level: config.level ?? 'info',
    base: { service: config.service, version: config.version },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redactedPaths, censor: '[redacted]' },
    serializers: { err: errorFields },
  }
  return deps.destination === undefined ? pino(options) : pino(options, deps.destination)
}

const causesMax = 4

// Only these: libraries hang requests, headers and configurations on their errors.
function errorFields(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? { message: error } : { type: typeof error }
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined || depth >= causesMax ? {} : { cause: errorFields(error.cause, depth + 1) }),
  }
}
