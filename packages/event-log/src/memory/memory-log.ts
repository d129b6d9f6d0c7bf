import { createEmbeddedLog, type EmbeddedLog, type EmbeddedLogOptions } from '../embedded/embedded-log.ts'
import { LogError } from '../log-error.ts'
import { createMemoryDisk, createMemoryStore, type MemoryDisk } from './memory-store.ts'

export type MemoryLogOptions = EmbeddedLogOptions & Readonly<{ /** Default: a new one. */ disk?: MemoryDisk }>

/** A log that lives as long as its disk object, for tests. */
export interface MemoryLog extends EmbeddedLog {
  /** The next transaction fails, with every append and commit in it. Default: a LogError `log-unavailable`. */
  failNextAppend(error?: LogError): void
}

/** Opens a log in memory; throws a LogError `log-locked` while another log has the disk. `now` answers epoch milliseconds. */
export function createMemoryLog(options: MemoryLogOptions, deps: Readonly<{ now: () => number }>): MemoryLog {
  let failure: LogError | null = null
  const store = createMemoryStore(options.disk ?? createMemoryDisk(), () => {
    const due = failure
    failure = null
    if (due !== null) throw due
  })
  return {
    ...createEmbeddedLog(options, { store, now: deps.now }),
    failNextAppend(error = new LogError('log-unavailable', 'the disk was told to fail')) {
      failure = error
    },
  }
}
