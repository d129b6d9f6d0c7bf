import { LogError } from '@watchword/event-log'
import type { Clock } from './clock.ts'
import type { Captured } from './state-cache.ts'
import type { StageMetrics } from './stage-metrics.ts'
import type { SavedPosition, StateStore } from './state-store.ts'
import { StreamError, toError } from './stream-error.ts'

/** Decides when a partition is saved, and does it: one save at a time. */
export interface StateSaver {
  /** More was folded. */
  onFolded(): void
  /** Resolves when it may go on: changed rows stay in memory until they are saved, so folding must not run far ahead. */
  untilRoom(): Promise<void>
  /** Saves what is folded by now, after the save under way. */
  save(): Promise<void>
  /** No save begins by itself any more. */
  stop(): void
}

export type StateSaverDeps = Readonly<{
  partition: number
  saveEveryMs: number
  saveEveryRecords: number
  store: StateStore
  clock: Clock
  metrics: StageMetrics
  /** Saved already. */
  savedOffset: number
  nextOffset: () => number
  /** Position and changed rows of this moment. */
  capture: () => Readonly<{ position: SavedPosition; captured: Captured }>
  /** False when the outputs below `offset` will not be acknowledged any more. */
  untilSettled: (offset: number) => Promise<boolean>
  commit: (nextOffset: number) => Promise<void>
  onFailed: (error: StreamError) => void
}>

/** How many saves folding may be ahead of the last one done. */
const savesAhead = 5

export function createStateSaver(deps: StateSaverDeps): StateSaver {
  let savedOffset = deps.savedOffset
  let capturedOffset = savedOffset
  // What the group knows is not asked: whoever was here before may have died between its save and its commit.
  let committedOffset = 0
  let saving: Promise<void> | null = null
  let cancelTimer: (() => void) | undefined
  let stopped = false

  function schedule(): void {
    if (cancelTimer !== undefined || stopped) return
    cancelTimer = deps.clock.after(deps.saveEveryMs, () => {
      cancelTimer = undefined
      void save()
    })
  }

  function onFolded(): void {
    // The save under way looks again when it is done.
    if (saving !== null || stopped) return
    if (deps.nextOffset() - capturedOffset >= deps.saveEveryRecords) void save()
    else if (isWanted()) schedule()
  }

  function isWanted(): boolean {
    return deps.nextOffset() > savedOffset || savedOffset > committedOffset
  }

  async function save(): Promise<void> {
    await saving
    // Another caller may have been first to go on.
    if (saving !== null) return save()
    if (!isWanted()) return
    saving = (deps.nextOffset() > savedOffset ? saveNow() : commit()).catch((cause: unknown) => {
      const message = `the state of partition ${deps.partition} cannot be saved`
      const known = cause instanceof StreamError
      deps.onFailed(known ? cause : new StreamError('state-unwritable', message, { cause: toError(cause) }))
    })
    await saving
    saving = null
    onFolded()
  }

  async function saveNow(): Promise<void> {
    const begun = deps.clock.elapsed()
    const { position, captured } = deps.capture()
    capturedOffset = position.nextOffset
    // A row must not be saved before what it led to is said, or a crash would leave it unsaid for ever.
    if (!(await deps.untilSettled(position.nextOffset))) return captured.keep()
    try {
      await deps.store.save({ partition: deps.partition, position, rows: captured.rows })
    } catch (error) {
      captured.keep()
      // A changelog that cannot be reached now: what is saved stands, the next save takes this one along.
      if (error instanceof LogError && error.retryable) return deps.metrics.appendRetried()
      throw error
    }
    captured.saved()
    savedOffset = position.nextOffset
    deps.metrics.saved(deps.clock.elapsed() - begun, captured.count)
    await commit()
  }

  /** The saved position counts here; the group's tells others how far the partition is. What is not committed now is with the next save. */
  async function commit(): Promise<void> {
    const offset = savedOffset
    try {
      await deps.commit(offset)
      committedOffset = offset
    } catch (error) {
      if (isLater(error)) return
      const message = `the position of partition ${deps.partition} cannot be committed`
      throw new StreamError('group-failed', message, { cause: toError(error) })
    }
  }

  onFolded()

  return {
    onFolded,
    async untilRoom() {
      if (!stopped && deps.nextOffset() - savedOffset > savesAhead * deps.saveEveryRecords) await save()
    },
    save: async () => save(),
    stop() {
      stopped = true
      cancelTimer?.()
    },
  }
}

/** The group is out of reach, or has given the partition to others, who commit what they find. */
function isLater(error: unknown): boolean {
  return error instanceof LogError && (error.retryable || error.code === 'log-locked' || error.code === 'log-closed')
}
