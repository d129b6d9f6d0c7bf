import type { FailureMode } from './failure-modes.ts'
import type { Replica } from './replica.ts'

/** How a guard is made. */
export type GuardOptions = {
  /** Paths that need no check, such as `/public/**`; a path a router could read otherwise is never exempt. */
  readonly exempt?: readonly string[]
  /** `replica` (default) looks into the locks held in this process; `http` asks the guard for each request. */
  readonly via?: 'replica' | 'http'
  /** A replica to use in place of the client's own. */
  readonly replica?: Replica
  /** In place of the client's. */
  readonly failureModes?: readonly FailureMode[]
  /** What `acr_values` of the challenge says; default `urn:watchword:acr:mfa`. */
  readonly acrValues?: string
}
