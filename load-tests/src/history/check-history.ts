import type { Verdicts } from '../campaign/verdicts.ts'
import type { Channel, History, LockOperation, RequestOperation, UnlockOperation } from './history.ts'

/** A time in which nobody whom the lock concerns may be admitted. */
export type ClosedTime = Readonly<{ lock: LockOperation; from: number; until: number }>

/** A request that was admitted though it began and ended within a closed time. */
export type Violation = Readonly<{ request: RequestOperation; closed: ClosedTime }>

export type HistoryVerdict = Readonly<{
  violations: readonly Violation[]
  closedTimes: number
  /** Requests that began and ended within a closed time: those that the check is about. */
  tested: ReadonlyMap<RequestOperation['channel'], number>
}>

/** Checks a history and says so; every channel has to have been asked at a time when nobody may be admitted. */
export function judgeHistory(history: History, channels: readonly Channel[], verdicts: Verdicts): HistoryVerdict {
  const promise = 'no request that begins after the acknowledgement is admitted'
  const verdict = checkHistory(history)
  for (const violation of verdict.violations) verdicts.fail(promise, JSON.stringify(violation))
  const tested = [...verdict.tested.values()].reduce((sum, count) => sum + count, 0)
  verdicts.pass(promise, tested - verdict.violations.length)
  for (const channel of channels)
    verdicts.expect('every channel was asked while locked', (verdict.tested.get(channel) ?? 0) > 0, () => channel)
  return verdict
}

/** Checks the promise: no request that begins after a lock was acknowledged, and ends before an unlock was invoked, is admitted. */
export function checkHistory({ requests, locks, unlocks }: History): HistoryVerdict {
  const unlocksOf = Map.groupBy(unlocks, (unlock) => unlock.user)
  const closed = locks.flatMap((lock) => closedTime(lock, unlocksOf.get(lock.user) ?? []))
  const closedOf = Map.groupBy(closed, (time) => time.lock.user)
  const tested = new Map<RequestOperation['channel'], number>()
  const violations: Violation[] = []
  for (const request of requests) {
    const found = closedOf.get(request.user)?.find((time) => isWithin(request, time))
    if (found === undefined) continue
    tested.set(request.channel, (tested.get(request.channel) ?? 0) + 1)
    if (request.admitted) violations.push({ request, closed: found })
  }
  return { violations, closedTimes: closed.length, tested }
}

function closedTime(lock: LockOperation, unlocks: readonly UnlockOperation[]): readonly ClosedTime[] {
  const { acknowledgedAt: from } = lock
  // Nothing opens an ended session.
  if (lock.by === 'end') return [{ lock, from, until: Number.POSITIVE_INFINITY }]
  // An unlock that ran beside the lock may have come after it: then nothing is promised.
  if (unlocks.some((unlock) => unlock.invokedAt <= from && unlock.returnedAt >= lock.invokedAt)) return []
  const until = Math.min(...unlocks.map((unlock) => unlock.invokedAt).filter((invokedAt) => invokedAt > from))
  return [{ lock, from, until }]
}

function isWithin(request: RequestOperation, { lock, from, until }: ClosedTime): boolean {
  const isConcerned = lock.session === null || lock.session === request.session
  return isConcerned && request.invokedAt > from && request.returnedAt < until
}
