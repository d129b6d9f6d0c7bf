import { join } from 'node:path'
import { createCodecs, createEmbeddedRegistry, logTopics } from '@watchword/contracts'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import { readVisibleLog, type VisibleLog } from '../checks/visible-log.ts'

/** Reads the log of a data folder whose platform is stopped. */
export async function readLog(data: string): Promise<VisibleLog> {
  const log = await openSqliteLog({ file: join(data, 'log.db'), topics: logTopics }, { now: () => Date.now() })
  try {
    return await readVisibleLog(log, await createCodecs(createEmbeddedRegistry(join(data, 'schemas.json'))))
  } finally {
    await log.close()
  }
}
