import type { Profile } from '@watchword/risk-engine'
import { emptyProfile } from '@watchword/risk-engine'
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
export function encodeProfileState(state: ProfileState): Uint8Array {
  return Buffer.from(JSON.stringify({ ...state, recent: recentText(state.recent) }))
}

/** What `encodeProfileState` made; throws a SyntaxError for anything else. */
export function decodeProfileState(row: Uint8Array): ProfileState {
  const state = JSON.parse(Buffer.from(row).toString()) as Omit<ProfileState, 'recent'> & Readonly<{ recent: string }>
  return { ...state, recent: recentOf(state.recent) }
}
