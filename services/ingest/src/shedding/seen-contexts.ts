import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** What of an activity, as it was sent, says where a session is used. */
type Sent = Readonly<Record<string, unknown>>

/** The contexts in which sessions have been used lately, as far as they are remembered. */
export interface SeenContexts {
  has(tenant: string, activity: Sent): boolean
  note(tenant: string, activity: Sent): void
}

/** Some 10 MB. A session that is forgotten counts as never seen. */
const contextsMax = 100_000
const members = ['user', 'session', 'device', 'fingerprint', 'ip', 'userAgent'] as const

/** An access in a context that its session was never seen in may be a theft: whoever refuses it refuses what has to be judged. */
export function createSeenContexts(max = contextsMax): SeenContexts {
  const seen = new LRUCache<string, true>({ max })
  const nameOf = (tenant: string, activity: Sent): string =>
    hash('sha256', JSON.stringify([tenant, ...members.map((member) => activity[member] ?? null)]), 'binary')

  return {
    has: (tenant, activity) => seen.has(nameOf(tenant, activity)),
    note: (tenant, activity) => void seen.set(nameOf(tenant, activity), true),
  }
}
