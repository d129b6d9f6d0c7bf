import { join } from 'node:path'
import { logTopics } from '@watchword/contracts'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import { runAsChild } from '../drive/child.ts'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import { serveBareIngest } from './bare-routes.ts'
import { sampleRecord } from '../drive/sample-record.ts'

/** The bare server over the embedded log. */
await runAsChild(async (onEnd) => {
  const folder = temporaryFolder()
  onEnd(folder.remove)
  const log = await openSqliteLog({ file: join(folder.path, 'log.db'), topics: logTopics }, { now: () => Date.now() })
  onEnd(() => log.close())
  const sample = await sampleRecord()
  return { url: await serveBareIngest(log, sample), valueBytes: sample.value.byteLength }
})
