import type { Clock } from './clock.ts'

/** What waiting came to; `too-many` did not wait at all. */
export type Waited<Value> =
  | Readonly<{ status: 'answered'; value: Value }>
  | Readonly<{ status: 'timed-out' | 'too-many' | 'closed' }>

export type WaitersConfig = Readonly<{
  /** How many may wait at the same time; 10 000 by default. */
  waitingMax?: number
}>

/** Promises by id, answered by whoever follows the log. */
export interface Waiters<Value> {
  /** Begin to wait before appending what will be answered. Never rejects. */
  wait(id: string, timeoutMs: number): Promise<Waited<Value>>
  /** True when somebody waited. */
  answer(id: string, value: Value): boolean
  readonly waiting: number
  /** False when one more would get `too-many` or `closed`: to be asked before what cannot be taken back. */
  readonly hasRoom: boolean
  /** Everybody who waits gets `closed`. */
  close(): void
}

export function createWaiters<Value>(config: WaitersConfig, deps: Readonly<{ clock: Clock }>): Waiters<Value> {
  const byId = new Map<string, Set<(waited: Waited<Value>) => void>>()
  const waitingMax = config.waitingMax ?? 10_000
  let waiting = 0
  let closed = false

  function release(id: string, waited: Waited<Value>): boolean {
    const found = byId.get(id)
    for (const settle of found ?? []) settle(waited)
    return found !== undefined
  }

  return {
    wait(id, timeoutMs) {
      if (closed) return Promise.resolve({ status: 'closed' })
      if (waiting >= waitingMax) return Promise.resolve({ status: 'too-many' })
      return new Promise((resolve) => {
        const same = byId.get(id) ?? new Set()
        byId.set(id, same)
        const settle = (waited: Waited<Value>): void => {
          cancel()
          waiting -= 1
          same.delete(settle)
          if (same.size === 0) byId.delete(id)
          resolve(waited)
        }
        waiting += 1
        same.add(settle)
        const cancel = deps.clock.after(timeoutMs, () => settle({ status: 'timed-out' }))
      })
    },
    answer: (id, value) => release(id, { status: 'answered', value }),
    get waiting() {
      return waiting
    },
    get hasRoom() {
      return !closed && waiting < waitingMax
    },
    close() {
      closed = true
      for (const id of byId.keys()) release(id, { status: 'closed' })
    },
  }
}
