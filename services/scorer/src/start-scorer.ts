import { createPolicies } from '@watchword/policy'
import type { ServiceHost } from '@watchword/service-host'
import type { ScorerConfig } from './config.ts'
import { createScorer } from './scorer.ts'

/** Starts the scorer as a process of its own. */
export async function startScorer(_config: ScorerConfig, host: ServiceHost): Promise<void> {
  const { lifecycle, clock, stageMetrics, onFatal, onUnreadable } = host
  const { log, codecs, openState } = await host.openEngine()
  const policies = await createPolicies({ log, codecs, clock, onFault: onFatal, onUnreadable })
  lifecycle.defer('policies', () => policies.stop())
  const scorer = await createScorer({ log, codecs, policies, clock, openState, stageMetrics, onFatal })
  lifecycle.defer('scorer', () => scorer.stop())
  await host.serve({ checks: { scorer: () => scorer.ready() }, routes: async () => undefined })
}
