import { logTopics } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import type { Lifecycle, Logger } from '@watchword/service-kit'
import { openStateStore, type StateStore } from '@watchword/stream'
import type { DataFolder } from './data-folder.ts'

export type EmbeddedEngine = Readonly<{
  log: EventLog
  /** Opens the state of a stage that reads `topic`; the log then keeps what that state still needs. */
  openState: (stage: string, stateVersion: string, topic: string) => Promise<StateStore>
}>

/** Retention and compaction are looked after this often, milliseconds. */
const maintainEveryMs = 60_000

/** Opens the log of the data folder, and the states over it; the folder is locked while it is open. */
export async function openEmbeddedLog(
  folder: DataFolder,
  { logger, lifecycle, onFatal }: Readonly<{ logger: Logger; lifecycle: Lifecycle; onFatal: (error: Error) => void }>,
): Promise<EmbeddedEngine> {
  const stores = new Map<string, StateStore>()
  const log = await openSqliteLog(
    {
      file: folder.log,
      topics: logTopics,
      protect: (topic, partition) => stores.get(topic)?.position(partition)?.nextOffset ?? Number.POSITIVE_INFINITY,
    },
    { now: () => Date.now(), onFault: onFatal },
  )
  lifecycle.defer('log', () => log.close())

  const maintain = async (): Promise<void> => {
    try {
      const counts = await log.maintain()
      logger.debug({ ...counts }, 'log maintained')
    } catch (error) {
      logger.error({ err: error }, 'log maintenance failed')
    }
  }
  const timer = setInterval(() => void maintain(), maintainEveryMs)
  lifecycle.defer('log maintenance', () => clearInterval(timer))

  return {
    log,
    async openState(stage, stateVersion, topic) {
      const { store, setAside } = await openStateStore({ file: folder.stateFile(stage), stage, stateVersion })
      if (setAside) logger.warn({ stage, ...setAside }, 'state not trusted, rebuilding it from the log')
      // Whoever opens it closes it; but a stage whose start fails closes nothing.
      lifecycle.defer(`state of ${stage}`, () => store.close())
      stores.set(topic, store)
      return store
    },
  }
}
