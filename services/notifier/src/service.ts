import type { Access } from '@watchword/access'
import type { Codecs } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { type ServiceSpans, stagesReadiness } from '@watchword/service-host'
import type { HttpServer, Logger, Readiness } from '@watchword/service-kit'
import { type Clock, createStageRunner, type StageMetrics, type StageRunner, type StateStore } from '@watchword/stream'
import type { Registry } from 'prom-client'
import { checkedConfig } from './checked-config.ts'
import { createDisabledEndpoints } from './deliveries/disabled-endpoints.ts'
import { createDispatcher, type Dispatcher } from './deliveries/dispatcher.ts'
import { createNotifierMetrics } from './metrics.ts'
import { createAssessmentStage } from './notices/assessment-stage.ts'
import { createSessionStage } from './notices/session-stage.ts'
import type { NotifierConfig } from './notifier-settings.ts'
import { createAddressGuard, loopback } from './outbound/address-guard.ts'
import { registerTestNotificationRoute } from './test-notification/test-notification-route.ts'
import { createMailChannel } from './mail/mail-channel.ts'
import { createSiemChannel } from './siem/siem-channel.ts'
import { createWebhookChannel } from './webhooks/webhook-channel.ts'

/** Names of the stages, and so of their state. */
export type NotifierStage = 'assessment-notice' | 'session-notice'

export type NotifierDeps = Readonly<{
  log: EventLog
  codecs: Codecs
  access: Access
  clock: Clock
  newId: () => string
  /** 0 to 1. */
  random: () => number
  /** The state of a stage that reads `topic`; closed by the notifier. */
  openState: (stage: NotifierStage, stateVersion: string, topic: string) => Promise<StateStore>
  stageMetrics: (stage: NotifierStage) => StageMetrics
  logger: Logger
  metrics: Registry
  /** Records spans; undefined where nothing is traced. */
  spans?: Pick<ServiceSpans, 'follow'> | undefined
  onFatal: (error: Error) => void
}>

/** The notifier at work. */
export interface Notifier {
  routes(server: HttpServer): void
  ready(): Readiness
  stop(): Promise<void>
}

/** Runs the two stages that say who is to be told what, and delivers it. Throws a ConfigError for endpoints that cannot be. */
export async function createNotifier(config: NotifierConfig, deps: NotifierDeps): Promise<Notifier> {
  const { log, codecs, clock, onFatal } = deps
  const { webhooks, mail, siem, allowedNetworks, reportKey: keyText } = checkedConfig(config)
  const reportKey = keyText === undefined ? undefined : Buffer.from(keyText, 'base64url')
  let dispatcher: Dispatcher | undefined
  const metrics = createNotifierMetrics(deps.metrics, { pending: () => dispatcher?.pending ?? 0 })
  const guard = createAddressGuard(allowedNetworks)
  const inTheClear = createAddressGuard([...allowedNetworks, ...loopback])
  const outbound = { guard, now: () => clock.now() }
  const channels = [
    ...webhooks.map((webhook) => createWebhookChannel(webhook, outbound)),
    ...mail.map((one) => createMailChannel(one, { ...outbound, reportKey })),
    ...siem.map((one) => createSiemChannel(one, { guard: inTheClear })),
  ]
  const disabled = await createDisabledEndpoints({ log, codecs, clock, onFatal })
  dispatcher = await createDispatcher({
    ...deps,
    channels,
    disabled,
    onAttempted: metrics.attempted,
    onRevoked: metrics.revoked,
  })
  const assessments = createAssessmentStage(codecs)
  const sessions = createSessionStage(codecs)
  const assessmentState = await deps.openState('assessment-notice', assessments.stateVersion, assessments.input)
  const sessionState = await deps.openState('session-notice', sessions.stateVersion, sessions.input)
  // Who was told what a month ago needs not be known, and nobody is told within milliseconds.
  const stageConfig = { beginsWith: 'oldest-kept', gatherMs: 100 } as const
  const runners: readonly StageRunner[] = [
    await createStageRunner(assessments, stageConfig, {
      log,
      store: assessmentState,
      clock,
      metrics: deps.stageMetrics('assessment-notice'),
      onFatal,
    }),
    await createStageRunner(sessions, stageConfig, {
      log,
      store: sessionState,
      clock,
      metrics: deps.stageMetrics('session-notice'),
      onFatal,
    }),
  ]
  const working = dispatcher

  return {
    routes: (server) => registerTestNotificationRoute(server, { ...deps, channels }),
    ready: () => stagesReadiness(runners),
    async stop() {
      await Promise.all(runners.map((runner) => runner.stop()))
      await Promise.all([assessmentState.close(), sessionState.close()])
      await working.stop()
      await disabled.stop()
    },
  }
}
