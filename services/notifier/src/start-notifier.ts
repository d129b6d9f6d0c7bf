import { type ServiceHost, type StartedService, tracedRoutes } from '@watchword/service-host'
import type { NotifierConfig } from './notifier-settings.ts'
import { createNotifier } from './service.ts'

/** Starts the notifier in a process. */
export async function startNotifier(
  { notifier: config }: Readonly<{ notifier: NotifierConfig }>,
  host: ServiceHost,
): Promise<StartedService> {
  const { lifecycle, clock, newId, logger, metrics, stageMetrics, onFatal } = host
  const { log, codecs, openState } = await host.engine()
  const spans = host.spansOf('notifier')
  const notifier = await createNotifier(config, {
    log: spans?.appends(log) ?? log,
    codecs,
    access: await host.access(),
    clock,
    newId,
    random: Math.random,
    openState,
    stageMetrics,
    logger,
    metrics,
    spans,
    onFatal,
  })
  lifecycle.defer('notifier', () => notifier.stop())
  return {
    checks: { notifier: () => notifier.ready() },
    routes: tracedRoutes(spans, async (server) => notifier.routes(server)),
  }
}
