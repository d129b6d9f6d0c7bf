import { createCodecs, createEmbeddedRegistry, logTopics, stageCatalogue } from '@watchword/contracts'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import type { Lifecycle, Logger } from '@watchword/service-kit'
import { openStateStore, type StateStore } from '@watchword/stream'
import type { Engine } from './engine.ts'

/** Where the embedded engine keeps its files; the folders are there. */
export type EngineFiles = Readonly<{
  log: string
  registry: string
  stateFile: (stage: string) => string
}>

export type EmbeddedEngineDeps = Readonly<{
  logger: Logger
  lifecycle: Lifecycle
  onFatal: (error: Error) => void
}>

/** Topics that states are made of. */
const inputs: ReadonlySet<string> = new Set(stageCatalogue.map(({ input }) => input))

/** Retention and compaction are looked after this often, milliseconds. */
const maintainEveryMs = 60_000

/** Opens the log of a folder, which is locked while it is open. The log keeps what a state that was opened still needs. */
export async function openEmbeddedEngine(
  files: EngineFiles,
  { logger, lifecycle, onFatal }: EmbeddedEngineDeps,
): Promise<Engine> {
  const stores = new Map<string, StateStore>()
  const log = await openSqliteLog(
    {
      file: files.log,
      topics: logTopics,
      protect(topic, partition) {
        // A state that has saved nothing yet needs everything, and so may one that is not open yet.
        if (inputs.has(topic)) return stores.get(topic)?.position(partition)?.nextOffset ?? 0
        return Number.POSITIVE_INFINITY
      },
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
    shared: false,
    codecs: await createCodecs(createEmbeddedRegistry(files.registry)),
    async openState(stage, stateVersion, topic, readableVersions = []) {
      const file = files.stateFile(stage)
      const { store, setAside } = await openStateStore({ file, stage, stateVersion, readableVersions })
      if (setAside) logger.warn({ stage, ...setAside }, 'state not trusted, rebuilding it from the log')
      // Whoever opens it closes it; but a stage whose start fails closes nothing.
      lifecycle.defer(`state of ${stage}`, () => store.close())
      stores.set(topic, store)
      return store
    },
  }
}
