import { setTimeout as delay } from 'node:timers/promises'
import { arrivedBy, type Rate, secondsOf } from './rate.ts'
import type { Sample, TrafficClass } from './samples.ts'

/** What one arrival does, once or in some steps that are judged by themselves; `note` says what became of a step. */
export type Arrival = (number: number, note: (step: Step) => void) => Promise<void>

/** `since`: when the step began, by `performance.now()`; that of the arrival where it is not said. */
export type Step = Readonly<{
  kind: TrafficClass
  outcome: Sample['outcome']
  activities?: number
  since?: number
}>

/** Arrivals of one sort, and how many there are a second. */
export type Stream = Readonly<{ rate: Rate; arrive: Arrival }>

const tickMs = 4

/**
 * Lets every arrival come when it is due, whether or not those before are answered (an open model), and resolves when all are answered.
 * Each is timed from the moment at which it was due, so that a platform that stands still is not asked less for it.
 */
export async function runOpenLoad(streams: readonly Stream[], onSample: (sample: Sample) => void): Promise<void> {
  const began = performance.now()
  const pending = new Set<Promise<void>>()

  function start({ arrive }: Stream, number: number, dueAt: number): void {
    const second = (dueAt - began) / 1_000
    const done = arrive(number, ({ kind, outcome, activities = 0, since = dueAt }) =>
      onSample({ kind, second, ms: performance.now() - since, outcome, activities }),
    ).finally(() => pending.delete(done))
    pending.add(done)
  }

  async function run(stream: Stream): Promise<void> {
    const endsAt = began + secondsOf(stream.rate) * 1_000
    let started = 0
    for (let last = began; last < endsAt; ) {
      await delay(tickMs)
      const now = Math.min(performance.now(), endsAt)
      const arrived = arrivedBy(stream.rate, (now - began) / 1_000)
      const first = started
      for (; started < arrived; started += 1)
        start(stream, started, last + ((started - first + 1) / (arrived - first)) * (now - last))
      last = now
    }
  }

  await Promise.all(streams.map(run))
  while (pending.size > 0) await Promise.all(pending)
}
