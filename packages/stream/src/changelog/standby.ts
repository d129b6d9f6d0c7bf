import type { EventLog } from '@watchword/event-log'
import type { Clock } from '../clock.ts'
import { boundsOf } from '../read-range.ts'
import type { StateStore } from '../state-store.ts'
import type { ChangelogEnd } from './catch-up.ts'
import type { InTurn } from '../turns.ts'
import { type ChangelogSource, newestPosition } from './read-changelog.ts'

/** What was followed since the last time it was told, and what there still is to follow. */
export type StandbyProgress = Readonly<{ records: number; lagRecords: number }>

export type StandbyDeps = Readonly<{
  log: EventLog
  clock: Clock
  topic: string
  everyMs: number
  local: StateStore
  sourceOf: (partition: number) => ChangelogSource
  /** Brings the local state as far as the changelog is; false when that is no further than it. */
  bringUp: (partition: number, upTo: ChangelogEnd, onRead: (records: number) => void) => Promise<boolean>
  /** One thing after the other for each partition. */
  inTurn: InTurn
  /** Others do not write there, but we. */
  isHeld: (partition: number) => boolean
  onFollowed: (progress: StandbyProgress) => void
  /** A look that failed; the next one is made in its time. */
  onFailed: (error: unknown) => void
}>

/** Keeps the states of the partitions that others hold as they are in the changelog, to take them over at once. */
export interface Standby {
  /** Resolves when nothing is followed any more. */
  stop(): Promise<void>
}

export function startStandby(deps: StandbyDeps): Standby {
  const { log, clock, local, sourceOf, isHeld } = deps
  /** Where the changelog has nothing that is as far as the local state: up to there it was looked for. */
  const awaited = new Map<number, number>()
  const stopping = new AbortController()
  let cancel = later()
  let following = Promise.resolve()

  function later(): () => void {
    return clock.after(deps.everyMs, () => {
      following = followAll()
    })
  }

  async function followAll(): Promise<void> {
    try {
      const at = clock.now()
      const ends = await log.ends(deps.topic)
      for (const partition of ends.keys()) {
        if (!isHeld(partition)) await deps.inTurn(partition, () => follow(partition, ends, at)).catch(failed)
      }
      deps.onFollowed({ records: 0, lagRecords: lagOf(ends) })
    } catch (error) {
      failed(error)
    }
    if (!stopping.signal.aborted) cancel = later()
  }

  /** One partition that cannot be read keeps no other from being followed. */
  function failed(error: unknown): void {
    if (!stopping.signal.aborted) deps.onFailed(error)
  }

  async function follow(partition: number, ends: readonly number[], at: number): Promise<void> {
    stopping.signal.throwIfAborted()
    if (isHeld(partition)) return void awaited.delete(partition)
    const upTo = await currentEnd(partition, { end: ends[partition] ?? 0, at })
    if (!(await isFurther(partition, upTo.end))) return
    let told = 0
    const isTaken = await deps.bringUp(partition, upTo, (records) => {
      // A state that is large takes long to be read for the first time.
      stopping.signal.throwIfAborted()
      if (records > told) deps.onFollowed({ records: records - told, lagRecords: lagOf(ends) })
      told = records
    })
    if (isTaken) awaited.delete(partition)
    else awaited.set(partition, upTo.end)
  }

  /** What was asked before it was this partition's turn may be of before it was held and given up. */
  async function currentEnd(partition: number, asked: ChangelogEnd): Promise<ChangelogEnd> {
    if (asked.end >= (local.position(partition)?.followed?.offset ?? 0)) return asked
    const at = clock.now()
    return { at, end: (await boundsOf(sourceOf(partition))).end }
  }

  /** Reading all of it is of use only then. */
  async function isFurther(partition: number, end: number): Promise<boolean> {
    const begin = awaited.get(partition)
    if (begin === undefined) return true
    const newest = await newestPosition(sourceOf(partition), { begin, end })
    const is = newest !== undefined && newest.nextOffset >= (local.position(partition)?.nextOffset ?? 0)
    if (!is) awaited.set(partition, end)
    return is
  }

  function lagOf(ends: readonly number[]): number {
    const lags = ends.map((end, partition) => (isHeld(partition) ? 0 : end - reached(partition)))
    return lags.reduce((sum, lag) => sum + Math.max(0, lag), 0)
  }

  function reached(partition: number): number {
    return Math.max(awaited.get(partition) ?? 0, local.position(partition)?.followed?.offset ?? 0)
  }

  return {
    async stop() {
      stopping.abort()
      cancel()
      await following
    },
  }
}
