import type { ServiceHost, StartedService } from '@watchword/service-host'
import { createScorer } from './service.ts'

/** Starts the scorer in a process. */
export async function startScorer(host: ServiceHost): Promise<StartedService> {
  const { lifecycle, clock, stageMetrics, onFatal } = host
  const { log, codecs, openState } = await host.engine()
  const policies = await host.policies()
  const scorer = await createScorer({ log, codecs, policies, clock, openState, stageMetrics, onFatal })
  lifecycle.defer('scorer', () => scorer.stop())
  return { checks: { scorer: () => scorer.ready() }, routes: async () => undefined }
}
