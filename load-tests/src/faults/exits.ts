import { nameOf, type Place } from './fault-plan.ts'

/** What the processes stand on, and can be without. */
export type Dependency = 'broker' | 'registry' | 'clickhouse'

/** A time in which something was away; times in ms of the driver's monotonic clock, `until` is infinite while it lasts. */
export type Outage = Readonly<{ what: Dependency; from: number; until: number }>

/** How a process of a service ended. */
export type Exit = Readonly<{
  place: Place
  at: number
  /** Null when a signal ended it. */
  code: number | null
  /** The last signal that the campaign sent to end it. */
  sent: 'SIGKILL' | 'SIGTERM' | undefined
  /** Whether it had come up before. */
  wasUp: boolean
  lastLines: readonly string[]
}>

/** How long after something came back an end may still be because it was away. */
const explainedWithinMs = 45_000
/** What the process says of a fault for which there is no excuse. */
const uncaught = 'fault that nobody caught'

/** Why a process may have ended so; undefined when nothing that was done to the platform explains it. */
export function explanationOf(exit: Exit, outages: readonly Outage[]): string | undefined {
  const { code, sent, wasUp, at } = exit
  if (code === null && sent === 'SIGKILL') return 'killed'
  // Before it can hear of it, the signal ends it by itself.
  if (code === null) return sent === 'SIGTERM' && !wasUp ? 'asked to stop while it started' : undefined
  if (code === 0) return sent === 'SIGTERM' ? 'asked to stop' : undefined
  const reason = reasonOf(exit.lastLines)
  if (reason.includes(uncaught)) return undefined
  const needs = needsOf(exit)
  const outage = outages.find(
    ({ what, from, until }) => needs.includes(what) && from <= at && at <= until + explainedWithinMs,
  )
  if (outage === undefined) return undefined
  return `${wasUp ? 'stopping' : 'starting'} without the ${outage.what}: ${reason}`
}

/** Whoever runs rides everything out; to start takes more than to stop. */
function needsOf({ wasUp, sent, place }: Exit): readonly Dependency[] {
  if (wasUp) return sent === 'SIGTERM' ? ['broker'] : []
  return ['broker', 'registry', ...(place.service === 'auditor' ? (['clickhouse'] as const) : [])]
}

/** One line that says all of an end. */
export function describeExit(exit: Exit): string {
  const { place, code, sent, wasUp, lastLines } = exit
  const asked = sent === undefined ? '' : ` after ${sent}`
  return `${nameOf(place)} ended with ${code}${asked}, ${wasUp ? 'had come up' : 'had not come up'}: ${reasonOf(lastLines)}`
}

/** What the process said last of why it ends: the message, and the code of the error or else its type. */
export function reasonOf(lines: readonly string[]): string {
  for (const line of lines.toReversed()) {
    const said = parsed(line)
    if (said === undefined || said.level !== 'fatal') continue
    const why = said.err?.code ?? said.err?.type
    return why === undefined ? (said.msg ?? '') : `${said.msg ?? ''} (${why})`
  }
  const last = lines.at(-1)
  return last === undefined ? 'it said nothing' : (parsed(last)?.msg ?? last.slice(0, 200))
}

type Said = Readonly<{ level?: string; msg?: string; err?: Readonly<{ code?: string; type?: string }> }>

function parsed(line: string): Said | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Said
  } catch {
    // A line of another form, or one that was cut by the end.
    return undefined
  }
}
