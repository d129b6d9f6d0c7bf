import type { ApiClient } from '../campaign/api-client.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import type { Recorder } from '../history/history.ts'
import type { Ledger } from './ledger.ts'

/** What every worker of the load has. */
export type LoadDeps = Readonly<{
  api: ApiClient
  ledger: Ledger
  verdicts: Verdicts
  random: SeededRandom
  /** A number nobody else of the campaign has. */
  nextNumber: () => number
  /** True once the platform is killed, or checked; a worker then ends after its call. */
  stopping: () => boolean
  count: (what: string, times?: number) => void
  /** A call is on its way that opens something, a good moment to kill. */
  opening: () => void
  /** What a worker does between two pieces of its work. */
  rest: () => Promise<void>
  /** How long the lock stage may take to answer, and a lock to show, where everything is there; milliseconds. */
  answersWithinMs: number
  /** Where locks and unlocks are written down, for those who ask meanwhile; nowhere by default. */
  recorder?: Recorder
}>

/** Holds an answer to be one of those expected of a healthy platform; a 503 is one, it promises nothing. */
export function isExpected(
  deps: Pick<LoadDeps, 'verdicts'>,
  call: string,
  status: number,
  expected: readonly number[],
): boolean {
  const holds = expected.includes(status)
  deps.verdicts.expect('calls are answered as the interface says', holds || status === 503, () => `${call}: ${status}`)
  return holds
}
