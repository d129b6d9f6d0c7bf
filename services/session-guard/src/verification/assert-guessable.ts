import { problem } from '@watchword/service-kit'

/** Throws `too-many-requests` while no code counts; times in epoch milliseconds. */
export function assertGuessable(blockedUntil: number | null, now: number): void {
  if (blockedUntil === null || blockedUntil <= now) return
  const seconds = Math.max(1, Math.ceil((blockedUntil - now) / 1000))
  throw problem('too-many-requests', { headers: { 'retry-after': String(seconds) } })
}
