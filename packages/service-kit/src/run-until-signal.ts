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
  /** Starts the service and defers the stop of each part as it comes up. */
  readonly start: (lifecycle: Lifecycle) => void | Promise<void>
}

const signals = ['SIGTERM', 'SIGINT'] as const
const faults = ['uncaughtException', 'unhandledRejection'] as const

/**
 * Runs a service until SIGTERM, SIGINT or a fault that nobody caught, then stops its parts in reverse order. Resolves with
 * the exit code: 0 after a clean stop, 1 otherwise; a second signal while it stops gives up at once.
 */
export async function runUntilSignal(
  config: { readonly stopDeadlineMs?: number },
  deps: RunUntilSignalDeps,
): Promise<0 | 1> {
  const { process, logger } = deps
  const lifecycle = createLifecycle(config, { logger })
  const asked = Promise.withResolvers<0 | 1>()
  const impatient = Promise.withResolvers<1>()
  let signalled = false

  const onSignal = (signal: unknown): void => {
    logger.info({ signal: String(signal) }, 'stop asked for')
    if (signalled) impatient.resolve(1)
    signalled = true
    asked.resolve(0)
  }
  const onFault = (error: unknown): void => {
    logger.fatal({ err: error }, 'fault that nobody caught')
    asked.resolve(1)
  }
  for (const signal of signals) process.on(signal, onSignal)
  for (const fault of faults) process.on(fault, onFault)

  async function startThenWait(): Promise<0 | 1> {
    try {
      // A signal while it still starts must not wait for a start that may never end.
      await Promise.race([deps.start(lifecycle), asked.promise])
    } catch (error) {
      logger.fatal({ err: error }, 'start failed')
      asked.resolve(1)
    }
    const code = await asked.promise
    const clean = await Promise.race([lifecycle.stop(), impatient.promise.then(() => false)])
    return clean ? code : 1
  }

  try {
    return await startThenWait()
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
    for (const fault of faults) process.off(fault, onFault)
  }
}
