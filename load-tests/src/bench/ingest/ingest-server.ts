import { createIngest, ingestConfigSchema } from '@watchword/ingest'
import { loadConfig } from '@watchword/service-kit'
import { systemClock } from '@watchword/stream'
import { runAsChild } from '../drive/child.ts'
import { openProductParts } from '../drive/product-parts.ts'
import { temporaryFolder } from '../drive/temporary-folder.ts'

/** Ingest alone, as shipped, over the embedded log on disk. */
await runAsChild(async (onEnd) => {
  const folder = temporaryFolder()
  onEnd(folder.remove)
  const parts = await openProductParts(folder.path, onEnd)
  const config = loadConfig(ingestConfigSchema, { file: 'geo: {}', env: {} })
  const ingest = await createIngest(config, { ...parts, clock: systemClock, onFatal: parts.onFault })
  await ingest.routes(parts.server)
  const url = await parts.server.listen({ host: '127.0.0.1', port: 0 })
  return { url, key: parts.key }
})
