import type { Codecs } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import type { StateStore } from '@watchword/stream'

/** The log through which services meet, and what goes with it. */
export type Engine = Readonly<{
  log: EventLog
  /** Whether other processes may be on the same log. */
  shared: boolean
  codecs: Codecs
  /** Opens the state of a stage that reads `topic`, also one of a former layout; closed by whoever asked for it. */
  openState: (
    stage: string,
    stateVersion: string,
    topic: string,
    readableVersions?: readonly string[],
  ) => Promise<StateStore>
}>
