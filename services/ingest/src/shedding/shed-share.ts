/** How far ingest, and who judges, are behind. */
export type Pressure = Readonly<{
  /** How long the oldest activities that are not judged have waited, on average over the partitions. */
  judgementAgeMs: number
  /** How many wait for their judgement. */
  unjudged: number
  /** How long the oldest request has waited to be read, checked and appended to the log. */
  requestAgeMs: number
  /** How many activities wait so. */
  waiting: number
}>

/** From where on all telemetry is refused; none is below a quarter of it. */
export type SheddingLimits = Readonly<{
  judgementAgeMaxMs: number
  requestAgeMaxMs: number
  activitiesInFlightMax: number
}>

/** So few are done in a moment, and what keeps them waiting is not their number. */
const few = 500

/**
 * The share of telemetry that is to be refused, 0 to 1: it rises in a straight line from a quarter of a limit to the limit, and the worst of
 * the three counts. By how long work has waited, not by how much of it there is, a platform knows what is too much for it on any machine
 * (RFC 8289); early and in part, since what is refused now shortens the wait only later (random early detection, RFC 2309).
 */
export function shedShare(pressure: Pressure, limits: SheddingLimits): number {
  const { judgementAgeMs, unjudged, requestAgeMs, waiting } = pressure
  return Math.max(
    unjudged < few ? 0 : rise(judgementAgeMs, limits.judgementAgeMaxMs),
    waiting < few ? 0 : rise(requestAgeMs, limits.requestAgeMaxMs),
    // The rest of the room is for what is sensitive.
    rise(waiting, limits.activitiesInFlightMax / 2),
  )
}

function rise(value: number, max: number): number {
  const min = max / 4
  return Math.min(1, Math.max(0, (value - min) / (max - min)))
}
