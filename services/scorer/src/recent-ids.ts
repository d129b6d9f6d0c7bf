import { shortHash } from '@watchword/contracts'

/**
 * The activity ids of a user's last 24 h, the oldest first, at most 4 096: the authority on duplicates. An entry of 17 characters after the
 * other: 66 bits of a hash over app and id, then the minute of arrival. Thousands of objects would cost each state several times as much, and
 * one text would be copied as a whole for each id that comes to it: so there is one for every 64 entries.
 */
export type RecentIds = readonly string[]

export const noRecentIds: RecentIds = []

/** How many ids of one user are remembered at most; the oldest make room. */
export const recentIdsMax = 4_096

const windowMinutes = 24 * 60
const minuteMs = 60_000
const hashLength = 11
const minuteLength = 6
const entryLength = hashLength + minuteLength
const textLength = 64 * entryLength

/** What an activity id is remembered by. */
export function recentId(app: string, activity: string): string {
  return shortHash(app, activity).slice(0, hashLength)
}

/** Whether the id was seen within 24 h, to the minute; `at` is epoch milliseconds. */
export function isRecent(recent: RecentIds, id: string, at: number): boolean {
  return recent.some((text) => {
    for (let found = text.indexOf(id); found >= 0; found = text.indexOf(id, found + 1))
      if (found % entryLength === 0 && !isOver(text, found, at)) return true
    return false
  })
}

/** The ids with one more, without those whose time is over; `at` never goes back from one call to the next. */
export function withRecent(recent: RecentIds, id: string, at: number): RecentIds {
  const kept = [...recent]
  while (kept[0] !== undefined && isOver(kept[0], kept[0].length - entryLength, at)) kept.shift()
  const [oldest = ''] = kept
  let from = Math.max(0, lengthOf(kept) - (recentIdsMax - 1) * entryLength)
  while (from < oldest.length && isOver(oldest, from, at)) from += entryLength
  if (from >= oldest.length) kept.shift()
  else kept[0] = oldest.slice(from)
  const newest = kept.at(-1)
  const entry = `${id}${minuteOf(at).toString(36).padStart(minuteLength, '0')}`
  if (newest === undefined || newest.length >= textLength) kept.push(entry)
  else kept[kept.length - 1] = newest + entry
  return kept
}

/** All of them in one text, for keeps. */
export function recentText(recent: RecentIds): string {
  return recent.join('')
}

/** What `recentText` made. */
export function recentOf(text: string): RecentIds {
  return Array.from({ length: Math.ceil(text.length / textLength) }, (_, index) => {
    return text.slice(index * textLength, (index + 1) * textLength)
  })
}

/** Characters of all texts; all but the first and the last are full. */
function lengthOf(recent: RecentIds): number {
  const [first = ''] = recent
  if (recent.length < 2) return first.length
  return first.length + (recent.length - 2) * textLength + (recent.at(-1)?.length ?? 0)
}

function isOver(text: string, entry: number, at: number): boolean {
  const minute = Number.parseInt(text.slice(entry + hashLength, entry + entryLength), 36)
  return minuteOf(at) - minute > windowMinutes
}

function minuteOf(at: number): number {
  return Math.floor(at / minuteMs)
}
