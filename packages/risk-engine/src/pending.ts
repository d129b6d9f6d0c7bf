import { room } from './familiarity.ts'
import type { Context, PendingSighting } from './profile.ts'
import { profileBounds } from './profile.ts'

/** Adds a sighting that waits; the same context of the same session is kept once, under its first and latest activities. */
export function withPending(
  pending: readonly PendingSighting[],
  sighting: PendingSighting,
): readonly PendingSighting[] {
  const previous = pending.find((other) => isSameContext(other.context, sighting.context)) ?? null
  const entry = previous === null ? sighting : merged(previous, sighting)
  return [...room(pending, previous, profileBounds.pending), entry]
}

function merged(previous: PendingSighting, sighting: PendingSighting): PendingSighting {
  const [first = '', ...later] = previous.activities
  const latest = [...later, ...sighting.activities].slice(1 - profileBounds.pendingActivities)
  return { ...sighting, activities: [first, ...latest], login: previous.login || sighting.login }
}

function isSameContext(first: Context, second: Context): boolean {
  return (
    first.app === second.app &&
    first.session === second.session &&
    first.device === second.device &&
    first.fingerprint === second.fingerprint &&
    first.address === second.address &&
    first.agent?.hash === second.agent?.hash
  )
}
