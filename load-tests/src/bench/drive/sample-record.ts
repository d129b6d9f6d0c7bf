import { topicOf } from '@watchword/contracts'
import type { Headers } from '@watchword/event-log'
import { createIngest, ingestConfigSchema } from '@watchword/ingest'
import { loadConfig } from '@watchword/service-kit'
import { systemClock } from '@watchword/stream'
import { login } from './logins.ts'
import { openProductParts } from './product-parts.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The bytes that ingest writes for one login, so that a baseline can write as many. */
export async function sampleRecord(): Promise<Readonly<{ value: Uint8Array; headers: Headers }>> {
  const folder = temporaryFolder()
  const ends: (() => Promise<void>)[] = []
  const parts = await openProductParts(folder.path, (end) => void ends.unshift(end))
  const config = loadConfig(ingestConfigSchema, { file: 'geo: {}', env: {} })
  const ingest = await createIngest(config, { ...parts, clock: systemClock, onFatal: parts.onFault })
  await ingest.routes(parts.server)
  await parts.server.inject({
    method: 'POST',
    url: '/v1/activities',
    headers: { authorization: `Bearer ${parts.key}` },
    payload: login(0),
  })
  const topic = topicOf('activity')
  const filled = (await parts.log.ends(topic)).findIndex((end) => end > 0)
  const [record] = await parts.log.read(topic, filled, 0, 1)
  if (record === undefined || record.value === null) throw new RangeError('ingest wrote no record')
  // Copied: the buffer of the reader may be larger than the record.
  const sample = { value: Uint8Array.from(record.value), headers: record.headers }
  await ingest.stop()
  for (const end of ends) await end()
  folder.remove()
  return sample
}
