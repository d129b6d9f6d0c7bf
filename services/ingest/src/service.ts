import type { Access } from '@watchword/access'
import type { Codecs } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import type { Policies } from '@watchword/policy'
import type { HttpServer, Logger, Readiness } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { Registry } from 'prom-client'
import { createAcceptance } from './activities/acceptance.ts'
import { registerActivitiesRoute } from './activities/activities-route.ts'
import { createAssessmentWaits } from './activities/assessment-waits.ts'
import { registerAppsRoutes } from './admin/apps-route.ts'
import { registerKeysRoutes } from './admin/keys-route.ts'
import { registerPolicyRoutes } from './admin/policy-route.ts'
import { registerGenauthRoute } from './compat/genauth-route.ts'
import { createDuplicates } from './activities/duplicates.ts'
import { refillFromLog } from './activities/refill-from-log.ts'
import type { IngestConfig } from './config.ts'
import { createIngestMetrics } from './metrics.ts'
import { createJudgementBacklog } from './shedding/judgement-backlog.ts'
import { createSeenContexts } from './shedding/seen-contexts.ts'
import { createShedding } from './shedding/shedding.ts'
import { createTrafficClasses } from './shedding/traffic-class.ts'
import { createEnrichment } from './enrichment/create-enrichment.ts'

export type IngestDeps = Readonly<{
  log: EventLog
  codecs: Codecs
  access: Access
  policies: Policies
  clock: Clock
  /** UUIDv7. */
  newId: () => string
  logger: Logger
  metrics: Registry
  /** A view ended: without it ingest would write facts that no longer hold. The owner ends the process. */
  onFatal: (error: Error) => void
}>

/** The service that lets facts in. */
export interface Ingest {
  routes(server: HttpServer): Promise<void>
  stop(): Promise<void>
  ready(): Readiness
}

const dayMs = 86_400_000

/** Starts ingest; resolves when every view has read what there was. */
export async function createIngest(config: IngestConfig, deps: IngestDeps): Promise<Ingest> {
  const { log, codecs, access, policies, clock, newId, logger, metrics } = deps
  const now = () => clock.now()
  let failed = false

  const onFault = (error: Error): void => logger.error({ err: error }, 'a record could not be read')

  const onFatal = (error: Error): void => {
    failed = true
    deps.onFatal(error)
  }

  await policies.recordBuiltIn()
  const duplicates = createDuplicates({ capacity: config.duplicates.capacity, windowMs: dayMs })
  const enrichment = await createEnrichment(config, { log, codecs, clock, logger, onFault, onFatal })
  const backlog = createJudgementBacklog(() => clock.elapsed(), config.shedding.judgementAgeMaxMs)
  const waits = await createAssessmentWaits({
    log,
    codecs,
    clock,
    onJudged: (activity) => backlog.judged(activity),
    onFault,
    onFatal,
  })
  const trafficClasses = createTrafficClasses(createSeenContexts(newId()))
  const refill = { records: config.duplicates.refillRecords, windowMs: dayMs }
  await refillFromLog(refill, { log, codecs, duplicates, trafficClasses, now, onFault })
  const ingestMetrics = createIngestMetrics(metrics, {
    duplicateIds: () => duplicates.size,
    shedding: () => shedding.current(),
  })
  const { activitiesInFlightMax } = config
  const shedding = createShedding(
    { ...config.shedding, activitiesInFlightMax },
    {
      elapsed: () => clock.elapsed(),
      backlog,
      onShed: (trafficClass, activities) => ingestMetrics.shed(trafficClass, activities),
      onShedUnread: () => ingestMetrics.shedUnread(),
    },
  )
  const accept = createAcceptance({
    log,
    codecs,
    access,
    policies,
    enrichment,
    duplicates,
    now,
    elapsed: () => clock.elapsed(),
    newId,
    metrics: ingestMetrics,
    shedding,
    onAppended: (positions) => backlog.appended(positions),
    trafficClasses,
  })

  return {
    async routes(server) {
      await registerActivitiesRoute(server, { access, accept, waits, shedding })
      registerGenauthRoute(server, { access, accept, waits, shedding })
      await registerPolicyRoutes(server, { access, policies })
      registerAppsRoutes(server, { access })
      registerKeysRoutes(server, { access })
    },
    async stop() {
      await waits.stop()
      await enrichment.stop()
    },
    ready: () => (failed ? { ready: false, detail: 'a view ended' } : { ready: true }),
  }
}
