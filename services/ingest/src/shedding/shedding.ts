import { problem } from '@watchword/service-kit'
import type { JudgementBacklog } from './judgement-backlog.ts'
import { calm, nextShed, shedShare } from './shed-share.ts'
import type { TrafficClass } from './traffic-class.ts'

/** What may wait, and how long. */
export type SheddingLimits = Readonly<{
  judgementAgeMaxMs: number
  requestAgeMaxMs: number
  activitiesInFlightMax: number
}>

export type SheddingDeps = Readonly<{
  /** Milliseconds of a clock that is not set back. */
  elapsed: () => number
  backlog: Pick<JudgementBacklog, 'waitMs'>
  onShed: (trafficClass: TrafficClass, activities: number) => void
  /** A request was refused unread. */
  onShedUnread: () => void
}>

/** Says which requests are let in. */
export interface Shedding {
  /** Asked before it is read, of what says that it can wait: throws `overloaded` when it has to come later. Takes no room. */
  askUnread(): void
  /** As `admit`, for what `askUnread` let in: refused only if by now all telemetry is, since its body may have come slowly. */
  admitAsked(activities: number): () => void
  /** Takes room for so many activities, until the answer is called; throws `overloaded` when they have to come later. */
  admit(activities: number, classOf: () => TrafficClass): () => void
  /** The share of telemetry that is refused now, 0 to 1, and how long an activity that comes now waits for its judgement. */
  current(): Readonly<{ share: number; judgementWaitMs: number }>
}

/** One for all: each of its own would remember where it was thrown, when there is most to do already. */
const overloaded = problem('overloaded')
/** The same to what can wait. */
const comeLater = problem('overloaded', { isShed: true })

/** What keeps so few waiting to be read and appended is not their number. */
const fewRequested = 500
/** How long a share holds. */
const stepMs = 20
/** Steps of it fall evenly over 0 to 1, however many there are (an additive recurrence). */
const goldenRatio = (Math.sqrt(5) - 1) / 2

export function createShedding(
  limits: SheddingLimits,
  { elapsed, backlog, onShed, onShedUnread }: SheddingDeps,
): Shedding {
  const inside = new Set<Readonly<{ activities: number; since: number }>>()
  let waiting = 0
  let state = calm
  let steppedAt = Number.NEGATIVE_INFINITY
  let judgementWaitMs = 0
  let turn = 0

  function load(): number {
    const [oldest] = inside
    const requestAgeMs = oldest === undefined || waiting < fewRequested ? 0 : elapsed() - oldest.since
    judgementWaitMs = backlog.waitMs(waiting)
    return Math.max(
      judgementWaitMs / limits.judgementAgeMaxMs,
      requestAgeMs / limits.requestAgeMaxMs,
      // The other half of the room is for what is sensitive.
      waiting / (limits.activitiesInFlightMax / 2),
    )
  }

  function share(): number {
    const now = elapsed()
    if (now - steppedAt >= stepMs) {
      state = nextShed(state, load(), (now - steppedAt) / 1_000)
      steppedAt = now
    }
    return shedShare(state)
  }

  /** Whether it meets this request, if it is telemetry. */
  function isMet(): boolean {
    const refused = share()
    if (refused === 0) return false
    turn = (turn + goldenRatio) % 1
    return turn < refused
  }

  function refuse(trafficClass: TrafficClass, activities: number): never {
    onShed(trafficClass, activities)
    throw trafficClass === 'telemetry' ? comeLater : overloaded
  }

  function enter(activities: number): () => void {
    // All telemetry is refused before the room is full, but for what came in the same moment.
    if (waiting + activities > limits.activitiesInFlightMax) refuse('sensitive', activities)
    const request = { activities, since: elapsed() }
    inside.add(request)
    waiting += activities
    return () => {
      inside.delete(request)
      waiting -= activities
    }
  }

  return {
    askUnread() {
      if (!isMet()) return
      onShedUnread()
      throw comeLater
    },
    current: () => ({ share: share(), judgementWaitMs }),
    admitAsked(activities) {
      if (share() === 1) refuse('telemetry', activities)
      return enter(activities)
    },
    admit(activities, classOf) {
      // Its class is asked for last: for NDJSON it means to parse each line.
      if (isMet() && classOf() === 'telemetry') refuse('telemetry', activities)
      return enter(activities)
    },
  }
}
