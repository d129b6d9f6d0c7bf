import { shortHash } from '@watchword/contracts'

/**
 * The activity ids of a user's last 24 h, the oldest first, at most 4 096: the authority on duplicates. One text, an entry of 17 characters
 * after the other: 66 bits of a hash over app and id, then the minute of arrival. Thousands of objects would cost each state several times as much.
 */
export type RecentIds = string

export const noRecentIds: RecentIds = ''

/** How many ids of one user are remembered at most; the oldest make room. */
export const recentIdsMax = 4_096

const windowMinutes = 24 * 60
const minuteMs = 60_000
const hashLength = 11
const minuteLength = 6
const entryLength = hashLength + minuteLength

/** What an activity id is remembered by. */
export function recentId(app: string, activity: string): string {
  return shortHash(app, activity).slice(0, hashLength)
}

/** Whether the id was seen within 24 h, to the minute; `at` is epoch milliseconds. */
export function isRecent(recent: RecentIds, id: string, at: number): boolean {
  for (let found = recent.indexOf(id); found >= 0; found = recent.indexOf(id, found + 1))
    if (found % entryLength === 0 && !isOver(recent, found, at)) return true
  return false
}

/** The ids with one more, without those whose time is over; `at` never goes back from one call to the next. */
export function withRecent(recent: RecentIds, id: string, at: number): RecentIds {
  let from = Math.max(0, recent.length - (recentIdsMax - 1) * entryLength)
  while (from < recent.length && isOver(recent, from, at)) from += entryLength
  return `${recent.slice(from)}${id}${minuteOf(at).toString(36).padStart(minuteLength, '0')}`
}

function isOver(recent: RecentIds, entry: number, at: number): boolean {
  const minute = Number.parseInt(recent.slice(entry + hashLength, entry + entryLength), 36)
  return minuteOf(at) - minute > windowMinutes
}

function minuteOf(at: number): number {
  return Math.floor(at / minuteMs)
}
