import type { Lock } from '@watchword/contracts'

/** A lock as the public interface shows it: nothing of its causes. */
export type LockJson = Readonly<{
  id: string
  version: number
  scope: 'session' | 'device' | 'user'
  app?: string
  session?: string
  device?: string
  level: string
  reasonUser: Readonly<Record<string, string>>
  factors: readonly string[]
  since: string
  challengeUri: string
}>

export function lockJson(lock: Lock): LockJson {
  return {
    id: lock.id,
    version: lock.version,
    scope: lock.scope,
    ...(lock.app === null ? {} : { app: lock.app }),
    ...(lock.session === null ? {} : { session: lock.session }),
    ...(lock.device === null ? {} : { device: lock.device }),
    level: lock.level,
    reasonUser: lock.reasonUser,
    factors: lock.factors,
    since: isoTime(lock.since),
    challengeUri: `/v1/locks/${encodeURIComponent(lock.id)}/challenges`,
  }
}

let lastTime = Number.NaN
let lastText = ''

/** RFC 3339 UTC of epoch milliseconds. */
export function isoTime(at: number): string {
  // Every answer says as of when it holds, and thousands in a row say the same.
  if (at !== lastTime) {
    lastText = new Date(at).toISOString()
    lastTime = at
  }
  return lastText
}
