import type { Profile } from '@watchword/risk-engine'
import { emptyProfile } from '@watchword/risk-engine'
import { profileRows } from './profile-row.ts'
import { noRecentIds, recentOf, type RecentIds, recentText } from './recent-ids.ts'

/** What the profile stage keeps of one user. */
export type ProfileState = Readonly<{
  profile: Profile
  recent: RecentIds
  /** A record of this user could not be read: nothing is trusted until the person proves who they are. */
  degraded: boolean
}>

export const emptyState: ProfileState = { profile: emptyProfile, recent: noRecentIds, degraded: false }

/** The state as a row. */
export function encodeProfileState({ profile, recent, degraded }: ProfileState): Uint8Array {
  return profileRows.encode({ profile, recent: recentText(recent), degraded })
}

/** What `encodeProfileState` made, or did in an earlier build; throws an UndecodableError for anything else. */
export function decodeProfileState(row: Uint8Array): ProfileState {
  const { profile, recent, degraded } = profileRows.decode(row)
  return { profile, recent: recentOf(recent), degraded }
}
