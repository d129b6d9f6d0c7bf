import { type ServiceHost, type StartedService, tracedRoutes } from '@watchword/service-host'
import { type SessionGuardConfig, sessionGuardDefaults } from './config.ts'
import type { GuardSecrets } from './secrets.ts'
import { createSessionGuard } from './service.ts'

export type SessionGuardStart = Readonly<{
  guard: Pick<SessionGuardConfig, 'issuer' | 'appTokens' | 'groupsFromProxy' | 'tenantGuessesMax'> &
    Readonly<{ reportKey?: string }>
  secrets: GuardSecrets
}>

/** How session-guard works by what an operator has set; what else stands in the section, as the secrets of a process do, is left out. */
export function configOf(guard: SessionGuardStart['guard']): SessionGuardConfig {
  const { issuer, appTokens, groupsFromProxy, tenantGuessesMax, reportKey } = guard
  return { ...sessionGuardDefaults, issuer, appTokens, groupsFromProxy, tenantGuessesMax, reportKey }
}

/** Starts session-guard in a process. */
export async function startSessionGuard(
  { guard, secrets }: SessionGuardStart,
  host: ServiceHost,
): Promise<StartedService> {
  const { lifecycle, clock, newId, randomBytes, logger, metrics, stageMetrics, onFatal } = host
  const { log, codecs, openState } = await host.engine()
  const access = await host.access()
  const spans = host.spansOf('session-guard')
  const policies = await host.policies()
  const sessionGuard = await createSessionGuard(configOf(guard), {
    log: spans?.appends(log) ?? log,
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
    spans,
    onFatal,
  })
  lifecycle.defer('session-guard', () => sessionGuard.stop())
  return {
    checks: { guard: () => sessionGuard.ready() },
    routes: tracedRoutes(spans, async (server) => {
      sessionGuard.routes(server)
      sessionGuard.attachWebSocket(server.server)
    }),
  }
}
