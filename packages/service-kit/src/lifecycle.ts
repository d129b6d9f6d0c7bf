import type { Logger } from './logger.ts'

/** What a service started, to be stopped in the opposite order. */
export type Lifecycle = {
  /** Remembers how to stop something; call it right after the thing has started. What comes after the stop, from a start that was overtaken, is stopped at once. */
  readonly defer: (name: string, stop: () => void | Promise<void>) => void
  /** Stops everything, the newest first; resolves with whether all of it stopped cleanly and in time. Safe to call twice. */
  readonly stop: () => Promise<boolean>
}

/** How long a whole stop may take by default, milliseconds; the grace periods of pods and containers must be longer. */
export const stopDeadlineMsDefault = 25_000

/** Makes a lifecycle; `stopDeadlineMs` bounds the whole stop. */
export function createLifecycle(
  config: { readonly stopDeadlineMs?: number },
  deps: { readonly logger: Logger },
): Lifecycle {
  const deadlineMs = config.stopDeadlineMs ?? stopDeadlineMsDefault
  const stops: { name: string; stop: () => void | Promise<void> }[] = []
  let stopping: Promise<boolean> | undefined

  async function stopEach(onPart: (name: string) => void = () => undefined): Promise<boolean> {
    let clean = true
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) {
      onPart(next.name)
      try {
        await next.stop()
      } catch (error) {
        clean = false
        deps.logger.error({ part: next.name, err: error }, 'stop failed')
      }
    }
    return clean
  }

  async function stopAll(): Promise<boolean> {
    let part = ''
    const late = Promise.withResolvers<false>()
    const timer = setTimeout(() => {
      deps.logger.error({ part, deadlineMs }, 'stop took too long')
      late.resolve(false)
    }, deadlineMs)
    try {
      return await Promise.race([stopEach((name) => (part = name)), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    defer: (name, stop) => {
      stops.push({ name, stop })
      if (stopping !== undefined) void stopping.then(() => stopEach())
    },
    stop: () => (stopping ??= stopAll()),
  }
}
