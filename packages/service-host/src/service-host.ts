import { randomBytes } from 'node:crypto'
import { type Access, createAccess } from '@watchword/access'
import { createPolicies, type Policies } from '@watchword/policy'
import { createIds, createMetrics, type Lifecycle, type Logger } from '@watchword/service-kit'
import { type Clock, systemClock } from '@watchword/stream'
import type { Registry } from 'prom-client'
import type { Engine } from './engine.ts'
import { type EngineConfig, openEngine } from './open-engine.ts'
import type { ServeDeps } from './serve.ts'
import { createStageMetrics } from './stage-metrics.ts'
import type { Tracing } from './tracing/open-tracing.ts'
import { createServiceSpans, type ServiceSpans } from './tracing/service-spans.ts'
import { registerSpanMetrics } from './tracing/span-metrics.ts'
import { createUnreadableRecords } from './unreadable-records.ts'
import { version } from './version.ts'

/**
 * What a process gives to the services that run in it, one or all of them; everything that has to be stopped is deferred to `lifecycle`.
 * What a service asks for is opened when the first one does, and is the same for all.
 */
export type ServiceHost = Readonly<{
  logger: Logger
  metrics: Registry
  lifecycle: Lifecycle
  clock: Clock
  /** UUIDv7. */
  newId: () => string
  randomBytes: (size: number) => Uint8Array
  stageMetrics: ReturnType<typeof createStageMetrics>
  /** What records the spans of a service; undefined where nothing is traced. */
  spansOf: (service: string) => ServiceSpans | undefined
  /** A fault after which the process ends, with 1. */
  onFatal: (error: Error) => void
  engine: () => Promise<Engine>
  access: () => Promise<Access>
  policies: () => Promise<Policies>
}>

/** What a service that has started adds to the HTTP server of its process. */
export type StartedService = Pick<ServeDeps, 'checks' | 'routes'>

export type ServiceHostConfig = Readonly<{
  /** Names the process in its metrics. */
  service: string
  engine: EngineConfig
}>

export type ServiceHostDeps = Pick<ServiceHost, 'logger' | 'lifecycle' | 'onFatal'> &
  Readonly<{ /** Undefined where nothing is traced. */ tracing: Tracing | undefined }>

/** The host of a process; it opens nothing by itself. */
export function createServiceHost(config: ServiceHostConfig, deps: ServiceHostDeps): ServiceHost {
  const { logger, lifecycle, onFatal, tracing } = deps
  const metrics = createMetrics({ service: config.service, version })
  const clock = systemClock
  const onUnreadable = createUnreadableRecords({ metrics, logger })
  registerSpanMetrics(metrics, () => tracing?.counts() ?? { exported: 0, queueFull: 0, notTaken: 0 })
  const system = config.engine.kind === 'kafka' ? 'kafka' : 'watchword'
  const spansOf = (service: string): ServiceSpans | undefined =>
    tracing && createServiceSpans(tracing.tracerOf(service), system)
  const engine = once(() => openEngine(config.engine, { logger, metrics, lifecycle, clock, onFatal }))
  return {
    logger,
    metrics,
    lifecycle,
    clock,
    newId: createIds(),
    randomBytes,
    stageMetrics: createStageMetrics({ metrics, logger, spansOf }),
    spansOf,
    onFatal,
    engine,
    access: once(async () => {
      const { log, codecs } = await engine()
      const access = await createAccess({ log, codecs, clock, randomBytes, onFatal, onUnreadable })
      lifecycle.defer('access', () => access.stop())
      return access
    }),
    policies: once(async () => {
      const { log, codecs } = await engine()
      const policies = await createPolicies({ log, codecs, clock, onFatal, onUnreadable })
      lifecycle.defer('policies', () => policies.stop())
      return policies
    }),
  }
}

function once<Part>(open: () => Promise<Part>): () => Promise<Part> {
  let opened: Promise<Part> | undefined
  return () => (opened ??= open())
}
