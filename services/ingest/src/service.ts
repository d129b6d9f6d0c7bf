import type { Access } from '@watchword/access'
import type { Codecs } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import type { Policies } from '@watchword/policy'
import { type HttpServer, type Logger, problem, type Readiness } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { Registry } from 'prom-client'
import { type Accept, createAcceptance } from './activities/acceptance.ts'
import { registerActivitiesRoute } from './activities/activities-route.ts'
import { type AssessmentWaits, createAssessmentWaits } from './activities/assessment-waits.ts'
import { registerAppsRoute } from './admin/apps-route.ts'
import { registerKeysRoutes } from './admin/keys-route.ts'
import { registerPolicyRoutes } from './admin/policy-route.ts'
import { registerGenauthRoute } from './compat/genauth-route.ts'
import { createDuplicates } from './activities/duplicates.ts'
import { refillDuplicates } from './activities/refill-duplicates.ts'
import type { IngestConfig } from './config.ts'
import { createIngestMetrics } from './metrics.ts'
import { createEnrichment, type RunningEnrichment } from './enrichment/create-enrichment.ts'

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
  /** Registers every route; before `start` and after `stop` they answer 503 `catching-up`. */
  routes(server: HttpServer): Promise<void>
  /** Resolves when every view has read what there was. */
  start(): Promise<void>
  stop(): Promise<void>
  ready(): Readiness
}

type Running = Readonly<{ accept: Accept; waits: AssessmentWaits; enrichment: RunningEnrichment }>

const dayMs = 86_400_000

export function createIngest(config: IngestConfig, deps: IngestDeps): Ingest {
  const { log, codecs, access, policies, clock, newId, logger, metrics } = deps
  const duplicates = createDuplicates({ capacity: config.duplicates.capacity, windowMs: dayMs })
  const counts = createIngestMetrics(metrics, () => duplicates.size)
  const now = () => clock.now()
  let running: Running | undefined
  let failed = false

  function current(): Running {
    if (running === undefined) throw problem('catching-up')
    return running
  }

  const onFault = (error: Error): void => logger.error({ err: error }, 'a record could not be read')

  const onFatal = (error: Error): void => {
    failed = true
    deps.onFatal(error)
  }

  return {
    async routes(server) {
      const accept: Accept = (caller, items, traceparent) => current().accept(caller, items, traceparent)
      const waits = { open: () => current().waits.open() }
      await registerActivitiesRoute(server, { access, accept, waits })
      registerGenauthRoute(server, { access, accept, waits })
      await registerPolicyRoutes(server, { access, policies })
      registerAppsRoute(server, { access })
      registerKeysRoutes(server, { access })
    },
    async start() {
      const enrichment = await createEnrichment(config, { log, codecs, clock, logger, onFault, onFatal })
      const waits = await createAssessmentWaits({ log, codecs, clock, onFault, onFatal })
      const refill = { records: config.duplicates.refillRecords, windowMs: dayMs }
      await refillDuplicates(refill, { log, codecs, duplicates, now, onFault })
      const accept = createAcceptance({
        log,
        codecs,
        policies,
        enrichment,
        duplicates,
        now,
        newId,
        metrics: counts,
        activitiesMax: config.activitiesInFlightMax,
      })
      running = { accept, waits, enrichment }
    },
    async stop() {
      const stopped = running
      running = undefined
      await stopped?.waits.stop()
      await stopped?.enrichment.stop()
    },
    ready() {
      if (running === undefined) return { ready: false, detail: 'starting' }
      return failed ? { ready: false, detail: 'a view ended' } : { ready: true }
    },
  }
}
