import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

export type DuplicatesConfig = Readonly<{
  /** How many ids are remembered at most; the oldest make room. */
  capacity: number
  /** How long an id is remembered, milliseconds. */
  windowMs: number
}>

/** What is known of an id: `new` claims it for the caller, `pending` resolves when the one who claimed it knows whether it is durable. */
export type Claim =
  | Readonly<{ status: 'new' }>
  | Readonly<{ status: 'durable' }>
  | Readonly<{ status: 'pending'; settled: Promise<boolean> }>

/** The ids of the last hours, so that a repeated request is told so. Best effort: the scorer decides. */
export interface Duplicates {
  /** `settled` is the promise of the request's own append: true when it is durable. */
  claim(key: string, at: number, settled: Promise<boolean>): Claim
  /** The append worked: the ids count from now on. */
  keep(keys: readonly string[], at: number): void
  /** The append failed: the ids are free again. */
  release(keys: readonly string[]): void
  readonly size: number
}

const minuteMs = 60_000

/** The key of an idempotency id: unlike parts never give the same key. */
export function duplicateKey(tenant: string, app: string, user: string, id: string): string {
  // No part holds the separator: control characters are refused.
  return hash('sha256', `${tenant}\n${app}\n${user}\n${id}`, 'binary')
}

export function createDuplicates(config: DuplicatesConfig): Duplicates {
  const windowMinutes = Math.ceil(config.windowMs / minuteMs)
  // Whole minutes are small integers, held without an object each. No Map: to find the oldest of half a million it passes by all that were deleted.
  const known = new LRUCache<string, number | Promise<boolean>>({ max: config.capacity })

  return {
    claim(key, at, settled) {
      const seen = known.peek(key)
      if (typeof seen === 'object') return { status: 'pending', settled: seen }
      if (seen !== undefined && Math.floor(at / minuteMs) - seen <= windowMinutes) return { status: 'durable' }
      known.set(key, settled)
      return { status: 'new' }
    },
    keep(keys, at) {
      const minute = Math.floor(at / minuteMs)
      for (const key of keys) known.set(key, minute)
    },
    release(keys) {
      for (const key of keys) if (typeof known.peek(key) === 'object') known.delete(key)
    },
    get size() {
      return known.size
    },
  }
}
