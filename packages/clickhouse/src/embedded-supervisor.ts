import { ClickhouseError } from './clickhouse-error.ts'
import type { EmbeddedChild, EmbeddedExit } from './embedded-child.ts'

export type EmbeddedSupervisorDeps = {
  readonly start: () => EmbeddedChild
  /** Resolves with whether the engine answered in time; gives up when the signal says that it has ended. */
  readonly answers: (signal: AbortSignal) => Promise<boolean>
  readonly onReady: (durationMs: number) => void
  /** Told of every end that nobody asked for. */
  readonly onEnd: (exit: EmbeddedExit, failures: number) => void
}

export type EmbeddedSupervisor = {
  /** Rejects with `clickhouse-start-failed` if the engine never came up the first time. */
  readonly started: Promise<void>
  readonly child: () => EmbeddedChild | undefined
  readonly isReady: () => boolean
  readonly ready: () => Promise<void>
  readonly stop: () => Promise<void>
}

const firstAttempts = 4
const backOffMaxMs = 10_000

/** Keeps one engine running: starts it, and starts it again with a growing pause whenever it ends. */
export function superviseEmbedded(deps: EmbeddedSupervisorDeps): EmbeddedSupervisor {
  const stopping = new AbortController()
  const started = Promise.withResolvers<void>()
  let readiness = Promise.withResolvers<void>()
  let child: EmbeddedChild | undefined
  let isReady = false
  let wasReady = false

  /** Runs one engine to its end. */
  async function run(): Promise<EmbeddedExit> {
    const startedAt = performance.now()
    const running = deps.start()
    child = running
    const ended = new AbortController()
    void running.exited.then(() => ended.abort())
    const isUp = await deps.answers(ended.signal)
    if (!isUp || stopping.signal.aborted) return running.end()
    isReady = true
    wasReady = true
    deps.onReady(performance.now() - startedAt)
    readiness.resolve()
    started.resolve()
    return running.exited
  }

  async function supervise(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      const exit = await run()
      child = undefined
      if (stopping.signal.aborted) return
      failures = isReady ? 1 : failures + 1
      if (isReady) readiness = Promise.withResolvers<void>()
      isReady = false
      if (!wasReady && failures >= firstAttempts) {
        started.reject(
          new ClickhouseError('clickhouse-start-failed', `the embedded ClickHouse does not start: ${exit.lastWords}`),
        )
        return
      }
      deps.onEnd(exit, failures)
      await pause(Math.min(backOffMaxMs, 50 * 2 ** failures), stopping.signal)
    }
  }

  const supervised = supervise()
  return {
    started: started.promise,
    child: () => child,
    isReady: () => isReady,
    ready: () => readiness.promise,
    stop: async () => {
      stopping.abort()
      isReady = false
      await child?.end()
      await supervised
    },
  }
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>()
  const end = (): void => over.resolve()
  const timer = setTimeout(end, durationMs)
  signal.addEventListener('abort', end, { once: true })
  await over.promise
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
}
