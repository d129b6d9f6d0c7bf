import type { FastifyBaseLogger } from 'fastify'
import type { Bindings, ChildLoggerOptions, Level, LogFn } from 'pino'
import type { Logger } from './logger.ts'

/**
 * A child logger that is made when it first has something to write. Making one serializes and redacts its bindings,
 * which a request that logs nothing would pay for as well.
 */
export function lazyChild(logger: Logger, bindings: Bindings, options?: ChildLoggerOptions): FastifyBaseLogger {
  let made: Logger | undefined
  const child = (): Logger => (made ??= logger.child(bindings, options))
  const at =
    (level: Level): LogFn =>
    (...line: unknown[]): void => {
      if (logger.isLevelEnabled(level)) Reflect.apply(child()[level], child(), line)
    }
  return {
    get level() {
      return logger.level
    },
    fatal: at('fatal'),
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    trace: at('trace'),
    silent: () => undefined,
    child: (further, furtherOptions) => lazyChild(child(), further, furtherOptions),
  }
}
