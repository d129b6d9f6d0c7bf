import type { Verdicts } from '../campaign/verdicts.ts'
import type { Channel, History, RequestOperation, UnlockOperation } from './history.ts'

/**
 * How old what each channel answers from may be, milliseconds: a guard's view 250 (`viewAgeMaxMs`), a replica of the SDK 1 000
 * (`replicaStalenessMaxMs`). Older than that, it says that it does not know.
 */
export const stalenessMaxMs: Readonly<Record<Channel, number>> = {
  http: 250,
  check: 250,
  replica: 1_000,
  express: 1_000,
  fastify: 1_000,
}

/** A request that was admitted though a status had told of the lock, longer before it than the bound of its channel. */
export type StaleAdmission = Readonly<{ request: RequestOperation; sighting: RequestOperation }>

export type StalenessVerdict = Readonly<{
  violations: readonly StaleAdmission[]
  /** Requests that began after the bound and ended before any unlock: those that the check is about. */
  tested: ReadonlyMap<Channel, number>
}>

/** Checks the bound and says so. */
export function judgeStaleness(history: History, verdicts: Verdicts): StalenessVerdict {
  const bound = 'nobody is admitted by an answer that is older than the bound of its channel'
  const verdict = checkStaleness(history)
  for (const violation of verdict.violations) verdicts.fail(bound, JSON.stringify(violation))
  const tested = [...verdict.tested.values()].reduce((sum, count) => sum + count, 0)
  verdicts.pass(bound, tested - verdict.violations.length)
  return verdict
}

type Seen = Readonly<{ sighting: RequestOperation; until: number }>

/** Once a status has told of a lock, nobody is admitted from the bound of the channel on, until an unlock is invoked. */
export function checkStaleness({ requests, unlocks }: History): StalenessVerdict {
  const unlocksOf = Map.groupBy(unlocks, ({ user }) => user)
  const sightings = requests.filter((request) => request.sawLock === true).flatMap(seen)
  const seenBy = Map.groupBy(sightings, ({ sighting }) => keyOf(sighting))
  for (const all of seenBy.values()) all.sort((a, b) => a.sighting.returnedAt - b.sighting.returnedAt)
  const tested = new Map<Channel, number>()
  const violations: StaleAdmission[] = []
  for (const request of requests) {
    const last = lastBefore(seenBy.get(keyOf(request)) ?? [], request.invokedAt - stalenessMaxMs[request.channel])
    if (last === undefined || request.returnedAt >= last.until) continue
    tested.set(request.channel, (tested.get(request.channel) ?? 0) + 1)
    if (request.admitted) violations.push({ request, sighting: last.sighting })
  }
  return { violations, tested }

  /** Until when the lock that was seen stands; none where it may be one that an unlock had opened before. */
  function seen(sighting: RequestOperation): readonly Seen[] {
    const of = unlocksOf.get(sighting.user) ?? []
    const asOf = sighting.invokedAt - stalenessMaxMs[sighting.channel]
    if (of.some((unlock) => mayOpen(unlock, asOf, sighting.returnedAt))) return []
    const later = of.map(({ invokedAt }) => invokedAt).filter((invokedAt) => invokedAt >= sighting.returnedAt)
    return [{ sighting, until: Math.min(...later) }]
  }
}

/** Whether an unlock was under way at any time between what was seen and its being told. */
function mayOpen({ invokedAt, returnedAt }: UnlockOperation, asOf: number, toldAt: number): boolean {
  return invokedAt < toldAt && returnedAt >= asOf
}

/** The last that was told before a moment; `all` in the order of their telling. */
function lastBefore(all: readonly Seen[], moment: number): Seen | undefined {
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((all[middle]?.sighting.returnedAt ?? Number.POSITIVE_INFINITY) < moment) low = middle + 1
    else high = middle
  }
  return all[low - 1]
}

function keyOf({ user, session }: RequestOperation): string {
  return JSON.stringify([user, session])
}
