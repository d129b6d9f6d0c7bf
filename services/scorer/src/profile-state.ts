import type { Profile } from '@watchword/risk-engine'
import { emptyProfile } from '@watchword/risk-engine'
import { noRecentIds, type RecentIds } from './recent-ids.ts'

/** What the profile stage keeps of one user. */
export type ProfileState = Readonly<{
  profile: Profile
  recent: RecentIds
  /** A record of this user could not be read: nothing is trusted until the person proves who they are. */
  degraded: boolean
}>

export const emptyState: ProfileState = { profile: emptyProfile, recent: noRecentIds, degraded: false }
