import type { GuardParts } from '../guard-parts.ts'

/** Requests that wait for their users. */
export interface HeldConnections {
  /** Resolves true when the lock is gone here, and false when the time is over, nobody waits any more, or too many do. */
  untilOpened(
    who: Readonly<{ tenant: string; user: string; lock: string }>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<boolean>
  /** Lets everybody go: a server that closes waits for its requests. */
  release(): void
}

export function createHeldConnections(
  { heldMax }: Readonly<{ heldMax: number }>,
  { view, clock }: Pick<GuardParts, 'view' | 'clock'>,
): HeldConnections {
  const held = new Set<(opened: boolean) => void>()
  let released = false

  return {
    untilOpened({ tenant, user, lock }, timeoutMs, signal) {
      const isGone = (): boolean => view.lockById(tenant, lock) === undefined
      if (released || signal.aborted || timeoutMs <= 0 || held.size >= heldMax) return Promise.resolve(false)
      if (isGone()) return Promise.resolve(true)
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const finish = (opened: boolean): void => {
        held.delete(finish)
        cancel()
        unlisten()
        signal.removeEventListener('abort', onAbort)
        resolve(opened)
      }
      const onAbort = (): void => finish(false)
      const cancel = clock.after(timeoutMs, () => finish(false))
      const unlisten = view.onLockState((changedTenant, changedUser) => {
        if (changedTenant === tenant && changedUser === user && isGone()) finish(true)
      })
      signal.addEventListener('abort', onAbort)
      held.add(finish)
      return promise
    },
    release() {
      released = true
      for (const finish of held) finish(false)
    },
  }
}
