import type { Profile } from '@watchword/risk-engine'
import { emptyProfile } from '@watchword/risk-engine'

/** What the profile stage keeps of one user. */
export type ProfileState = Readonly<{
  profile: Profile
  /** The newest activity ids, oldest first: the authority on duplicates. */
  recent: readonly RecentActivity[]
  /** A record of this user could not be read: nothing is trusted until the person proves who they are. */
  degraded: boolean
}>

/** `id` is a hash over app and activity id; `at` its receivedAt. */
type RecentActivity = Readonly<{ id: string; at: number }>

export const emptyState: ProfileState = { profile: emptyProfile, recent: [], degraded: false }

const duplicateWindowMs = 24 * 3_600_000
const recentMax = 128

/** Whether the same activity was seen within 24 h (or among the newest 128, whichever is less). */
export function isDuplicate(state: ProfileState, id: string, at: number): boolean {
  return state.recent.some((seen) => seen.id === id && at - seen.at <= duplicateWindowMs)
}

/** The recent list with one more, without what is too old to matter. */
export function withRecent(state: ProfileState, id: string, at: number): readonly RecentActivity[] {
  const kept = state.recent.filter((seen) => at - seen.at <= duplicateWindowMs)
  return [...kept.slice(-(recentMax - 1)), { id, at }]
}
