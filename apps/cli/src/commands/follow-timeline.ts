import type { Api } from '../api.ts'
import type { TimelineItem } from '../timeline-line.ts'

export type FollowedItem = TimelineItem & Readonly<{ position: string }>
type Page = Readonly<{ items: readonly FollowedItem[]; next?: string }>

const firstItems = 100
const pageItems = 1_000
/** Items of other topics, or of a stage that lags, are stored after newer ones; each look reaches back this far behind the newest. */
const overlapMs = 60_000

/** Looks at the timeline of a user: each look answers what was stored since the last one, the oldest first; the first one the newest hundred. */
export function followTimeline(api: Api, user: string): () => Promise<readonly FollowedItem[]> {
  const path = `/v1/users/${encodeURIComponent(user)}/timeline`
  /** What was told, by position, with its time; what every further look would leave out by its time is forgotten. */
  const told = new Map<string, number>()
  let sinceMs: number | undefined
  let newestMs = 0

  const pageOf = async (limit: number, cursor: string | undefined): Promise<Page> =>
    (await api.call('GET', `${path}?limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`)) as Page

  async function look(): Promise<readonly FollowedItem[]> {
    const isFirst = sinceMs === undefined
    const fresh: FollowedItem[] = []
    let page = await pageOf(isFirst ? firstItems : pageItems, undefined)
    for (;;) {
      fresh.push(...page.items.filter((item) => !told.has(item.position) && timeOf(item) >= (sinceMs ?? 0)))
      const oldest = page.items.at(-1)
      // What is before the first look's items is history.
      if (isFirst) sinceMs = oldest === undefined ? 0 : timeOf(oldest)
      if (isFirst || page.next === undefined || oldest === undefined || timeOf(oldest) < (sinceMs ?? 0)) break
      page = await pageOf(pageItems, page.next)
    }
    for (const item of fresh) told.set(item.position, timeOf(item))
    newestMs = fresh.reduce((newest, item) => Math.max(newest, timeOf(item)), newestMs)
    sinceMs = Math.max(sinceMs ?? 0, newestMs - overlapMs)
    for (const [position, time] of told) if (time < sinceMs) told.delete(position)
    return fresh.toReversed()
  }
  return look
}

function timeOf({ time }: FollowedItem): number {
  return Date.parse(time)
}
