/** One notification to one endpoint. `offset` is where the notification stands in its partition; `id` names it. */
export type Delivery = Readonly<{
  id: string
  offset: number
  endpoint: string
  /** How often it was tried. */
  attempts: number
  /** When it is tried next, epoch milliseconds. */
  dueAt: number
}>

/** What the log says of an attempt: `nextAt` null means that there is no further one. */
export type Attempt = Readonly<{ id: string; endpoint: string; attempt: number; nextAt: number | null }>

/**
 * The deliveries of one partition that are not done, a fold of its records. An attempt of a delivery that is not known, or that is older than one
 * already known, changes nothing.
 */
export interface PendingDeliveries {
  /** A notification was read; known ones stay as they are. */
  add(notification: Readonly<{ id: string; offset: number; at: number }>, endpoints: readonly string[]): void
  /** The same, of something that has changed before anybody was told of it: where it stands now takes the place of where it stood. */
  replace(notification: Readonly<{ id: string; offset: number; at: number }>, endpoints: readonly string[]): void
  /** Forgets what nobody was told of yet. */
  withdraw(id: string, endpoints: readonly string[]): void
  /** What the log says of an attempt. */
  apply(attempt: Attempt): void
  get(id: string, endpoint: string): Delivery | undefined
  all(): Iterable<Delivery>
  readonly size: number
  /** The offset of the oldest notification that is not done everywhere; undefined when there is none. */
  oldest(): number | undefined
}

export function createPendingDeliveries(): PendingDeliveries {
  // In the order of the partition, so that the first is the oldest.
  const pending = new Map<string, Delivery>()
  return {
    add({ id, offset, at }, endpoints) {
      for (const endpoint of endpoints) {
        const key = keyOf(id, endpoint)
        if (!pending.has(key)) pending.set(key, { id, offset, endpoint, attempts: 0, dueAt: at })
      }
    },
    replace({ id, offset, at }, endpoints) {
      for (const endpoint of endpoints) {
        const key = keyOf(id, endpoint)
        if ((pending.get(key)?.attempts ?? 0) > 0) continue
        // At its new place in the order.
        pending.delete(key)
        pending.set(key, { id, offset, endpoint, attempts: 0, dueAt: at })
      }
    },
    withdraw(id, endpoints) {
      for (const endpoint of endpoints) {
        const key = keyOf(id, endpoint)
        if (pending.get(key)?.attempts === 0) pending.delete(key)
      }
    },
    apply({ id, endpoint, attempt, nextAt }) {
      const key = keyOf(id, endpoint)
      const delivery = pending.get(key)
      if (delivery === undefined) return
      if (nextAt === null) pending.delete(key)
      else if (attempt > delivery.attempts) pending.set(key, { ...delivery, attempts: attempt, dueAt: nextAt })
    },
    get: (id, endpoint) => pending.get(keyOf(id, endpoint)),
    all: () => pending.values(),
    get size() {
      return pending.size
    },
    oldest() {
      for (const { offset } of pending.values()) return offset
      return undefined
    },
  }
}

/** Neither holds a line break. */
function keyOf(id: string, endpoint: string): string {
  return `${id}\n${endpoint}`
}
