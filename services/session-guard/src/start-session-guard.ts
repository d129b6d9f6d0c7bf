import { randomBytes } from 'node:crypto'
import { createAccess } from '@watchword/access'
import { createPolicies } from '@watchword/policy'
import type { ServiceHost } from '@watchword/service-host'
import { sessionGuardDefaults } from './config.ts'
import type { SessionGuardProcessConfig } from './process-config.ts'
import { parseSecrets } from './secrets.ts'
import { createSessionGuard } from './service.ts'

/** Starts session-guard as a process of its own. */
export async function startSessionGuard({ guard }: SessionGuardProcessConfig, host: ServiceHost): Promise<void> {
  const { lifecycle, clock, newId, logger, metrics, stageMetrics, onFatal, onUnreadable } = host
  const secrets = parseSecrets(guard.secrets, 'guard.secrets')
  const { log, codecs, openState } = await host.openEngine()
  const access = await createAccess({ log, codecs, clock, randomBytes, onFault: onFatal, onUnreadable })
  lifecycle.defer('access', () => access.stop())
  const policies = await createPolicies({ log, codecs, clock, onFault: onFatal, onUnreadable })
  lifecycle.defer('policies', () => policies.stop())
  const sessionGuard = await createSessionGuard(
    { ...sessionGuardDefaults, issuer: guard.issuer, appTokens: guard.appTokens },
    {
      log,
      codecs,
      access,
      policies,
      secrets,
      clock,
      newId,
      randomBytes,
      openState,
      stageMetrics,
      logger,
      metrics,
      onFatal,
    },
  )
  lifecycle.defer('session-guard', () => sessionGuard.stop())
  await host.serve({
    checks: { guard: () => sessionGuard.ready() },
    async routes(server) {
      sessionGuard.routes(server)
      sessionGuard.attachWebSocket(server.server)
    },
  })
}
