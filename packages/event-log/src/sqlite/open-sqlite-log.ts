import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createEmbeddedLog, type EmbeddedLog, type EmbeddedLogOptions } from '../embedded/embedded-log.ts'
import { LogError } from '../log-error.ts'
import { createSqliteStore } from './sqlite-store.ts'
import { startWorker } from './worker-client.ts'

export type SqliteLogOptions = EmbeddedLogOptions &
  (
    | Readonly<{ /** The database file; its folder is made if need be. */ file: string }>
    | Readonly<{ /** The folder that holds `log.db`. */ directory: string }>
  ) &
  Readonly<{
    /** Upper limit of the file in pages of 4 KiB; default: none but the disk. At the limit appends fail with `log-unavailable`. */
    pagesMax?: number
  }>

export type SqliteLogDeps = Readonly<{
  /** Epoch milliseconds. */
  now: () => number
  /** Hears that the thread of the log has ended unasked; the process cannot go on with this log. */
  onFault?: (error: Error) => void
}>

export type SqliteLog = EmbeddedLog

/**
 * Opens the log in a file that this process alone has until `close()` or its death.
 * Rejects with a LogError: `log-locked`, `topic-mismatch`, `log-corrupt` or `log-unavailable`.
 */
export async function openSqliteLog(options: SqliteLogOptions, deps: SqliteLogDeps): Promise<SqliteLog> {
  const file = resolve('file' in options ? options.file : join(options.directory, 'log.db'))
  await mkdir(dirname(file), { recursive: true })
  const topics = options.topics.map(({ name, partitions, cleanup }) => {
    return { name, partitions, compacted: cleanup === 'compact' }
  })
  const worker = startWorker({ file, topics, pagesMax: options.pagesMax ?? null }, deps.onFault ?? (() => undefined))
  const opened = await worker.opened
  if (opened === null || !('topicIds' in opened)) throw new LogError('log-corrupt', 'opening was not answered')
  return createEmbeddedLog(options, { store: createSqliteStore(options.topics, opened, worker), now: deps.now })
}
