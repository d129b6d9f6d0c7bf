import { join } from 'node:path'
import { createSessionGuard, loadOrCreateSecrets, sessionGuardDefaults } from '@watchword/session-guard'
import { noMetrics, openStateStore, systemClock } from '@watchword/stream'
import { openProductParts, type ProductParts } from './product-parts.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Starts session-guard alone, as shipped, over the embedded log on disk; `onEnd` takes what has to be closed. */
export async function startGuard(
  onEnd: (end: () => void | Promise<void>) => void,
): Promise<ProductParts & Readonly<{ url: string }>> {
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
  guard.attachWebSocket(server.server)
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { ...parts, url }
}
