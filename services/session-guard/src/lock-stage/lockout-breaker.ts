import type { Logger } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { LockAnswer } from './lock-asked.ts'

/** Whose demands are withheld, for an alert: the locks themselves are the fold's to decide. */
export interface LockoutBreaker {
  onLockAsked(tenant: string, answer: LockAnswer): void
  /** Tenants of which something was withheld in the last minute. */
  open(): number
}

const openMs = 60_000

export function createLockoutBreaker({ clock, logger }: Readonly<{ clock: Clock; logger: Logger }>): LockoutBreaker {
  /** By tenant: when something was last withheld, by `Clock.elapsed`. */
  const withheld = new Map<string, number>()

  function forgetClosed(): void {
    for (const [tenant, at] of withheld) if (clock.elapsed() - at >= openMs) withheld.delete(tenant)
  }

  return {
    onLockAsked(tenant, answer) {
      if (answer === 'granted') return
      forgetClosed()
      if (!withheld.has(tenant))
        logger.error({ tenant }, 'locks of a tenant are withheld: nothing proves what asks for them')
      withheld.set(tenant, clock.elapsed())
    },
    open() {
      forgetClosed()
      return withheld.size
    },
  }
}
