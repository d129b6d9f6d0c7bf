/** What is asked of the platform, by what it means to somebody. */
export const trafficClasses = ['telemetry', 'sensitive', 'status', 'check', 'lock', 'verify', 'reconnect'] as const

export type TrafficClass = (typeof trafficClasses)[number]

/** What became of one request. */
export type Sample = Readonly<{
  kind: TrafficClass
  /** When it was due, in seconds since the load began. */
  second: number
  /** From then to the end of its answer: what waits in the generator, because the platform is slow, counts. */
  ms: number
  /** `good`: as it should be; `shed`: refused by the platform, to be sent later (503 with Retry-After, 429); `failed`: anything else. */
  outcome: 'good' | 'shed' | 'failed'
  /** How many activities it carried; 0 for what carries none. */
  activities: number
}>

/** Those of one kind that were due within these seconds, all of them by default. */
export function within(
  samples: readonly Sample[],
  kind: TrafficClass,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): readonly Sample[] {
  return samples.filter((sample) => sample.kind === kind && sample.second >= from && sample.second < to)
}

/** Activities a second that were taken in, of whatever kind of request, by when they were answered: what is answered later does not count. */
export function goodput(samples: readonly Sample[], from: number, to: number): number {
  const taken = samples.filter(({ outcome, second, ms }) => {
    const answered = second + ms / 1_000
    return outcome === 'good' && answered >= from && answered < to
  })
  return taken.reduce((sum, { activities }) => sum + activities, 0) / (to - from)
}

/** The share of requests that were as they should be; 1 of none. */
export function goodShare(samples: readonly Sample[]): number {
  return samples.length === 0 ? 1 : samples.filter(({ outcome }) => outcome === 'good').length / samples.length
}
