import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../campaign/eventually.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { describe, type PlannedFault } from './fault-plan.ts'
import type { Injector } from './injector.ts'

export type PlayDeps = Readonly<{
  injector: Injector
  verdicts: Verdicts
  /** How often each thing succeeded under load so far. */
  counts: ReadonlyMap<string, number>
  say: (line: string) => void
}>

const atOnceMax = 3
const worksWithinMs = 180_000
/** One of each service that somebody waits for. */
const signsOfLife = ['activities acknowledged', 'thefts judged', 'locks acknowledged'] as const

/** Does what the plan says, in time; resolves when everything that was taken away is back. */
export async function playFaults(plan: readonly PlannedFault[], deps: PlayDeps): Promise<void> {
  const all: Promise<void>[] = []
  const active = new Set<Promise<void>>()
  for (const { fault, afterMs, overlapping } of plan) {
    await delay(afterMs)
    while (active.size >= atOnceMax) await Promise.race(active)
    if (!overlapping) await untilWorking(deps)
    deps.say(describe(fault))
    const injected = deps.injector.inject(fault).finally(() => active.delete(injected))
    // What goes wrong is told by the end of all.
    injected.catch(() => undefined)
    active.add(injected)
    all.push(injected)
  }
  await Promise.all(all)
}

/** Until each service has done something since now. */
async function untilWorking({ counts, verdicts }: PlayDeps): Promise<void> {
  const before = new Map(counts)
  const worked = (what: string): boolean => (counts.get(what) ?? 0) > (before.get(what) ?? 0)
  const works = await eventually(async () => (signsOfLife.every(worked) ? true : undefined), worksWithinMs)
  verdicts.expect('the platform works again after a fault', works === true, () => {
    return `no ${signsOfLife.filter((what) => !worked(what)).join(', no ')} in ${worksWithinMs} ms`
  })
}
