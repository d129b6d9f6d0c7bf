import { problem } from '@watchword/service-kit'
import type { Backlog } from './judgement-age.ts'
import { type SheddingLimits, shedShare } from './shed-share.ts'
import type { TrafficClass } from './traffic-class.ts'

export type SheddingDeps = Readonly<{
  /** Milliseconds of a clock that is not set back. */
  elapsed: () => number
  backlog: () => Backlog
  onShed: (trafficClass: TrafficClass, activities: number) => void
}>

/** Says which requests are let in. */
export interface Shedding {
  /** Takes room for so many activities, until the answer is called; throws `overloaded` when they have to come later. */
  admit(activities: number, classOf: () => TrafficClass): () => void
  /** The share of telemetry that is refused now, 0 to 1. */
  share(): number
}

export function createShedding(limits: SheddingLimits, { elapsed, backlog, onShed }: SheddingDeps): Shedding {
  const inside = new Set<Readonly<{ activities: number; since: number }>>()
  let waiting = 0
  /** What of the share has not been refused; with a whole one it is this request's turn. */
  let owed = 0

  function share(): number {
    const [oldest] = inside
    const { ageMs, unjudged } = backlog()
    const requestAgeMs = oldest === undefined ? 0 : elapsed() - oldest.since
    return shedShare({ judgementAgeMs: ageMs, unjudged, requestAgeMs, waiting }, limits)
  }

  function refuse(trafficClass: TrafficClass, activities: number): never {
    onShed(trafficClass, activities)
    throw problem('overloaded')
  }

  return {
    share,
    admit(activities, classOf) {
      if (waiting + activities > limits.activitiesInFlightMax) refuse(classOf(), activities)
      const refused = share()
      // Its class is not asked for while nothing is refused: for NDJSON it means to parse each line twice.
      if (refused > 0 && classOf() === 'telemetry') {
        owed += refused
        if (owed >= 1) {
          owed -= 1
          refuse('telemetry', activities)
        }
      }
      const request = { activities, since: elapsed() }
      inside.add(request)
      waiting += activities
      return () => {
        inside.delete(request)
        waiting -= activities
      }
    },
  }
}
