import type { Clock } from '@watchword/stream'

/** Timers by name, one each. */
export interface NamedTimers {
  /** In the place of the one of this name. */
  set(name: string, delayMs: number, run: () => void): void
  cancel(name: string): void
  cancelAll(): void
}

export function createNamedTimers(clock: Pick<Clock, 'after'>): NamedTimers {
  const cancels = new Map<string, () => void>()

  function cancel(name: string): void {
    cancels.get(name)?.()
    cancels.delete(name)
  }

  return {
    set(name, delayMs, run) {
      cancel(name)
      const fire = (): void => {
        cancels.delete(name)
        run()
      }
      cancels.set(name, clock.after(delayMs, fire))
    },
    cancel,
    cancelAll() {
      for (const name of cancels.keys()) cancel(name)
    },
  }
}
