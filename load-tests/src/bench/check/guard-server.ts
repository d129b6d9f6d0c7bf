import { join } from 'node:path'
import { createSessionGuard, loadOrCreateSecrets, sessionGuardDefaults } from '@watchword/session-guard'
import { noMetrics, openStateStore, systemClock } from '@watchword/stream'
import { runAsChild } from '../drive/child.ts'
import { openProductParts } from '../drive/product-parts.ts'
import { temporaryFolder } from '../drive/temporary-folder.ts'

/** Session-guard alone, as shipped, over the embedded log on disk. */
await runAsChild(async (onEnd) => {
  const folder = temporaryFolder()
  onEnd(folder.remove)
  const parts = await openProductParts(folder.path, onEnd)
  const { randomBytes, onFault, server } = parts
  const guard = await createSessionGuard(sessionGuardDefaults, {
    ...parts,
    secrets: await loadOrCreateSecrets(folder.path, { randomBytes }),
    clock: systemClock,
    openState: async (stage, stateVersion) =>
      (await openStateStore({ file: join(folder.path, `${stage}.db`), stage, stateVersion })).store,
    stageMetrics: () => noMetrics,
    onFatal: onFault,
  })
  guard.routes(server)
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { url, key: parts.key }
})
