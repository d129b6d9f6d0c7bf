import type { EventLog } from '@watchword/event-log'
import { type ChangelogDeps, type RestoreProgress, withChangelog } from '../changelog/changelog-store.ts'
import type { StandbyProgress } from '../changelog/standby.ts'
import { createMemoryStateStore } from '../memory-state-store.ts'
import type { StateStore } from '../state-store.ts'
import { quietChangelog } from './quiet-changelog.ts'
import { textOf, type World } from './world.ts'

/** A state with a changelog, and what it told. */
export type Machine = Readonly<{
  store: StateStore
  /** How each takeover ended. */
  restored: readonly RestoreProgress[]
  repaired: readonly number[]
  followed: readonly StandbyProgress[]
}>

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

export function rowsOf(store: StateStore): unknown {
  return Array.from(store.rows(0), ([key, value]) => [key, textOf(value)])
}
