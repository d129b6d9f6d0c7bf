import { createLifecycle, type Lifecycle } from './lifecycle.ts'
import type { Logger } from './logger.ts'

/** The part of `process` that is needed; `main.ts` passes the real one. */
export type SignalSource = {
  on(event: string, listener: (argument: unknown) => void): unknown
  off(event: string, listener: (argument: unknown) => void): unknown
}

export type RunUntilSignalDeps = {
  readonly process: SignalSource
  readonly logger: Logger
  /** Starts the service and defers the stop of each part as it comes up; `fail` ends it with 1, for a fault after which it should be started again. */
  readonly start: (lifecycle: Lifecycle, fail: (error: unknown) => void) => void | Promise<void>
}

const signals = ['SIGTERM', 'SIGINT'] as const
const faults = ['uncaughtException', 'unhandledRejection'] as const

/**
 * Runs a service until SIGTERM, SIGINT, a fault that it told of or one that nobody caught, then stops its parts in reverse order. Resolves
 * with the exit code: 0 when it was asked to stop and stopped cleanly, 1 otherwise; a second signal while it stops gives up at once.
 */
export async function runUntilSignal(
  config: { readonly stopDeadlineMs?: number },
  deps: RunUntilSignalDeps,
): Promise<0 | 1> {
  const { process, logger } = deps
  const lifecycle = createLifecycle(config, { logger })
  const asked = Promise.withResolvers<void>()
  const impatient = Promise.withResolvers<false>()
  let signalled = false
  let failed = false

  const onSignal = (signal: unknown): void => {
    logger.info({ signal: String(signal) }, 'stop asked for')
    if (signalled) impatient.resolve(false)
    signalled = true
    asked.resolve()
  }
  const end = (error: unknown, message: string): void => {
    logger.fatal({ err: error }, message)
    failed = true
    asked.resolve()
  }
  const onFault = (error: unknown): void => end(error, 'fault that nobody caught')
  const fail = (error: unknown): void => end(error, 'a part failed for good, stopping')
  for (const signal of signals) process.on(signal, onSignal)
  for (const fault of faults) process.on(fault, onFault)

  async function startThenWait(): Promise<0 | 1> {
    try {
      // A signal while it still starts must not wait for a start that may never end.
      await Promise.race([deps.start(lifecycle, fail), asked.promise])
    } catch (error) {
      end(error, 'start failed')
    }
    await asked.promise
    const clean = await Promise.race([lifecycle.stop(), impatient.promise])
    return clean && !failed ? 0 : 1
  }

  try {
    return await startThenWait()
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
    for (const fault of faults) process.off(fault, onFault)
  }
}
