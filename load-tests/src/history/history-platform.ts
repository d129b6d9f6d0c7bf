import type { Replica } from '@watchword/node'
import { eventually } from '../campaign/eventually.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'

export type PlatformDeps = Readonly<{ random: SeededRandom; verdicts: Verdicts; print: (line: string) => void }>

/** What a history is recorded of, and what is done to it meanwhile. */
export interface HistoryPlatform {
  readonly url: string
  readonly key: string
  /** Where each guard is now. */
  readonly guards: readonly (() => string)[]
  /** Takes parts of it away and brings them back; resolves when all is back and the history long enough. */
  disturb(history: GrowingHistory, replica: Replica): Promise<void>
  stop(): Promise<void>
}

/** How far a history has come. */
export type GrowingHistory = Readonly<{
  isOver: () => boolean
  /** Resolves when this share of it is recorded. */
  after: (share: number) => Promise<unknown>
}>

const freshWithinMs = 60_000
/** Somebody whom nobody locks. */
export const calm = { user: 'calm-1', session: 's-1' }

/** Waits until a replica knows again how people stand. */
export async function untilFresh(replica: Replica, when: string, verdicts: Verdicts): Promise<void> {
  const fresh = await eventually(async () => (replica.check(calm) === 'unknown' ? undefined : true), freshWithinMs)
  verdicts.expect('a replica is fresh again once there is contact', fresh === true, () => when)
}
