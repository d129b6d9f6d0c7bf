import type { Logger } from './logger.ts'

/** What a service started, to be stopped in the opposite order. */
export type Lifecycle = {
  /** Remembers how to stop something; call it right after the thing has started. What starts after everything was stopped is stopped at once. */
  readonly defer: (name: string, stop: () => void | Promise<void>) => void
  /** Stops everything, the newest first; resolves with whether all of it stopped cleanly and in time. Safe to call twice. */
  readonly stop: () => Promise<boolean>
}

type Deferred = { readonly name: string; readonly stop: () => void | Promise<void> }

/** Makes a lifecycle; `stopDeadlineMs` (default 25 000) bounds the whole stop. */
export function createLifecycle(
  config: { readonly stopDeadlineMs?: number },
  deps: { readonly logger: Logger },
): Lifecycle {
  const deadlineMs = config.stopDeadlineMs ?? 25_000
  const stops: Deferred[] = []
  let stopping: Promise<boolean> | undefined
  let ended = false

  async function isStopped({ name, stop }: Deferred): Promise<boolean> {
    try {
      await stop()
      return true
    } catch (error) {
      deps.logger.error({ part: name, err: error }, 'stop failed')
      return false
    }
  }

  async function stopAll(): Promise<boolean> {
    let clean = true
    let part = ''
    const late = Promise.withResolvers<false>()
    const timer = setTimeout(() => {
      deps.logger.error({ part, deadlineMs }, 'stop took too long')
      late.resolve(false)
    }, deadlineMs)
    const all = async (): Promise<boolean> => {
      for (let next = stops.pop(); next !== undefined; next = stops.pop()) {
        part = next.name
        clean = (await isStopped(next)) && clean
      }
      ended = true
      return clean
    }
    try {
      return await Promise.race([all(), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    defer: (name, stop) => {
      if (ended) void isStopped({ name, stop })
      else stops.push({ name, stop })
    },
    stop: () => (stopping ??= stopAll()),
  }
}
