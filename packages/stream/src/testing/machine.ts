import type { EventLog } from '@watchword/event-log'
import { type ChangelogDeps, type RestoreProgress, withChangelog } from '../changelog/changelog-store.ts'
import type { StandbyProgress } from '../changelog/standby.ts'
import { createMemoryStateStore } from '../memory-state-store.ts'
import type { StateStore } from '../state-store.ts'
import { quietChangelog } from './quiet-changelog.ts'
import { textOf, until, type World } from './world.ts'

/** A state with a changelog, and what it told. */
export type Machine = Readonly<{
  store: StateStore
  /** How each takeover ended. */
  restored: readonly RestoreProgress[]
  repaired: readonly number[]
  followed: readonly StandbyProgress[]
}>

/** How often a standby looks, where it is one. */
export const standbyEveryMs = 1000

export type MachineOptions = Readonly<{ log?: EventLog; local?: StateStore; standbyEveryMs?: number }> &
  Partial<Pick<ChangelogDeps, 'onFollowFailed'>>

let writers = 0

/** A machine with an empty disk, or with the state that is given. */
export function openMachine(world: World, options: MachineOptions = {}): Machine {
  const { log = world.log, local = createMemoryStateStore(), onFollowFailed, ...standby } = options
  const restored: RestoreProgress[] = []
  const repaired: number[] = []
  const followed: StandbyProgress[] = []
  writers += 1
  const about = { topic: 'state', stateVersion: '1', writer: `w${writers}`, ...standby }
  const store = withChangelog(local, about, {
    ...quietChangelog,
    log,
    clock: world.clock,
    onRestoring(progress) {
      if (progress.done) restored.push(progress)
    },
    onRepaired: (_partition, rows) => void repaired.push(rows),
    onFollowed: (progress) => void followed.push(progress),
    ...(onFollowFailed && { onFollowFailed }),
  })
  return { store, restored, repaired, followed }
}

/** Lets a standby look once. */
export async function look({ clock }: World, { followed }: Machine): Promise<void> {
  const { length } = followed
  clock.advance(standbyEveryMs)
  // The end of a look is told without records.
  await until(() => followed.slice(length).some(({ records }) => records === 0))
}

export function rowsOf(store: StateStore): unknown {
  return Array.from(store.rows(0), ([key, value]) => [key, textOf(value)])
}

/** Saves partition 0 by hand, with these rows changed; null forgets one. */
export async function saveRows(
  store: StateStore,
  nextOffset: number,
  rows: Readonly<Record<string, string | null>>,
): Promise<void> {
  const said = { spots: {}, positions: {}, poisoned: [] }
  await store.save({
    partition: 0,
    position: { nextOffset, time: nextOffset, watermarks: {}, said },
    rows: Object.entries(rows).map(([key, value]) => [key, value === null ? null : Buffer.from(value)] as const),
  })
}
