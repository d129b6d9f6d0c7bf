import type { FastifyBaseLogger } from 'fastify'
import type { Bindings, ChildLoggerOptions, Level } from 'pino'
import type { Logger } from './logger.ts'

/**
 * A child logger that is made when it first has something to write. Making one serializes and redacts its bindings,
 * which a request that logs nothing would pay for as well.
 */
export function lazyChild(logger: Logger, bindings: Bindings, options?: ChildLoggerOptions): FastifyBaseLogger {
  return new LazyChild(logger, bindings, options)
}

// A class, so that the levels are not as many closures for every request.
class LazyChild implements FastifyBaseLogger {
  readonly #parent: Logger
  readonly #bindings: Bindings
  readonly #options: ChildLoggerOptions | undefined
  #made: Logger | undefined

  constructor(parent: Logger, bindings: Bindings, options: ChildLoggerOptions | undefined) {
    this.#parent = parent
    this.#bindings = bindings
    this.#options = options
  }

  get level(): string {
    return this.#parent.level
  }

  fatal(...line: unknown[]): void {
    this.#write('fatal', line)
  }

  error(...line: unknown[]): void {
    this.#write('error', line)
  }

  warn(...line: unknown[]): void {
    this.#write('warn', line)
  }

  info(...line: unknown[]): void {
    this.#write('info', line)
  }

  debug(...line: unknown[]): void {
    this.#write('debug', line)
  }

  trace(...line: unknown[]): void {
    this.#write('trace', line)
  }

  silent(): void {}

  child(bindings: Bindings, options?: ChildLoggerOptions): FastifyBaseLogger {
    return new LazyChild(this.#child(), bindings, options)
  }

  #child(): Logger {
    return (this.#made ??= this.#parent.child(this.#bindings, this.#options))
  }

  #write(level: Level, line: unknown[]): void {
    if (this.#parent.isLevelEnabled(level)) Reflect.apply(this.#child()[level], this.#child(), line)
  }
}
