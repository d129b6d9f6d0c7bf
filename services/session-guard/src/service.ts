import type { Server } from 'node:http'
import type { Access } from '@watchword/access'
import { type Codecs, topicOf } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { lockPolicyOf, type Policies } from '@watchword/policy'
import type { ServiceSpans } from '@watchword/service-host'
import type { HttpServer, Logger, Readiness } from '@watchword/service-kit'
import type { Clock, StageMetrics, StateStore, StreamError } from '@watchword/stream'
import type { Registry } from 'prom-client'
import { registerAuthorizationRoutes } from './authorizations/authorization-routes.ts'
import { createAppTokens } from './check/app-tokens.ts'
import { registerBrowserRoutes } from './browser-routes.ts'
import { registerChallengePage } from './challenge-page/register-challenge-page.ts'
import { createCallers } from './tickets/callers.ts'
import { registerCheckRoute } from './check/check-route.ts'
import { createClaimTexts } from './tickets/claims.ts'
import { createCommands } from './commands/commands.ts'
import type { SessionGuardConfig } from './config.ts'
import { createDeadlines } from './commands/deadlines.ts'
import { createFactorSealer } from './factors/factor-sealing.ts'
import { createFreshness } from './view/freshness.ts'
import type { GuardParts } from './guard-parts.ts'
import { createGuardView } from './view/guard-view.ts'
import { registerJwksRoute } from './verification/jwks-route.ts'
import { createIdempotency } from './commands/idempotency.ts'
import { createLockStage } from './lock-stage/lock-stage.ts'
import { createLockoutBreaker } from './lock-stage/lockout-breaker.ts'
import { runLockStage } from './lock-stage/run-lock-stage.ts'
import { createGuessBudget } from './verification/guess-budget.ts'
import { createMfaTokens } from './verification/mfa-token.ts'
import { createGuardMetrics } from './metrics.ts'
import { registerBackChannelLogoutRoute } from './logout/back-channel-logout-route.ts'
import { registerConnectionsRoute } from './connections/connections-route.ts'
import { registerProfileResetRoute } from './operator/profile-reset-route.ts'
import { registerOperatorRoutes } from './operator/operator-routes.ts'
import { createPastAnswers } from './commands/past-answers.ts'
import type { GuardSecrets } from './secrets.ts'
import { createSessionOwners } from './view/session-owners.ts'
import { registerStatusRoute } from './check/status-route.ts'
import { registerTicketsRoute } from './tickets/tickets-route.ts'
import { registerSubscribeRoute } from './web-socket/subscribe-route.ts'
import { createDeadLetters } from './dead-letters/dead-letters.ts'
import { registerDeadLetterRoutes } from './dead-letters/dead-letters-route.ts'
import { createAssessedActivities } from './verdicts/assessed-activities.ts'
import { registerVerdictRoute } from './verdicts/verdict-route.ts'
import { createSubscriptions, type Subscriptions } from './web-socket/subscriptions.ts'

export type SessionGuardDeps = Readonly<{
  log: EventLog
  codecs: Codecs
  /** The state of the lock stage, which reads `topic`; closed by session-guard. */
  openState: (stage: 'lock', stateVersion: string, topic: string) => Promise<StateStore>
  stageMetrics: (stage: 'lock') => StageMetrics
  access: Access
  policies: Pick<Policies, 'inForce'>
  secrets: GuardSecrets
  clock: Clock
  newId: () => string
  randomBytes: (size: number) => Uint8Array
  logger: Logger
  metrics: Registry
  /** Records spans; undefined where nothing is traced. */
  spans?: Pick<ServiceSpans, 'follow'> | undefined
  /** A fault that this service cannot get over; the owner decides whether the process ends. */
  onFatal: (error: StreamError) => void
}>

/** Session-guard: the lock stage, the view of every lock, and the edge. */
export interface SessionGuard {
  routes(app: HttpServer): void
  /** Takes the WebSocket upgrades of a server. */
  attachWebSocket(server: Server): void
  /** Whether every user's state is known here now. */
  ready(): Readiness
  stop(): Promise<void>
}

/** Starts session-guard; resolves when its view has read everything there was. */
export async function createSessionGuard(config: SessionGuardConfig, deps: SessionGuardDeps): Promise<SessionGuard> {
  const { log, codecs, clock, secrets, policies, access, newId, randomBytes, logger, onFatal } = deps
  const inbox = topicOf('mfa')
  let locksInForce = (): number => 0
  let subscriptions: Subscriptions | undefined
  const breaker = createLockoutBreaker({ clock, logger })
  const metrics = createGuardMetrics(deps.metrics, {
    locks: () => locksInForce(),
    connections: () => subscriptions?.connections ?? 0,
    lockoutsSuspected: () => breaker.open(),
  })
  const view = await createGuardView({
    log,
    codecs,
    clock,
    onFatal,
    onUnreadable({ topic, partition, offset }, error) {
      metrics.sessionRecordUnreadable()
      logger.error({ err: error, topic, partition, offset }, 'unreadable session record skipped')
    },
  })
  locksInForce = () => view.locks
  const sessionOwners = await createSessionOwners({ log, codecs, clock, logger, onFatal })
  const guessBudget = await createGuessBudget(config, { log, codecs, clock, logger, onFatal })
  const stage = createLockStage({
    codecs,
    commandKey: secrets.commandKey,
    otherCommandKeys: secrets.otherCommandKeys,
    onMacRefused(partition, offset) {
      metrics.macRefused()
      logger.error({ topic: inbox, partition, offset }, 'a command without a valid MAC was skipped')
    },
    onLockAsked(tenant, answer) {
      metrics.lockAsked(answer)
      breaker.onLockAsked(tenant, answer)
    },
  })
  const store = await deps.openState('lock', stage.stateVersion, stage.input)
  const lockStage = await runLockStage(stage, { log, store, clock, metrics: deps.stageMetrics('lock'), onFatal })
  const freshness = createFreshness(config, { log, view, clock, lockStage })
  const commands = createCommands(config, { log, codecs, clock, view, commandKey: secrets.commandKey })
  const pastAnswers = createPastAnswers({ log, codecs })
  const texts = createClaimTexts(secrets.tokenKey)
  const capabilityTtlMs = (tenant: string): number => lockPolicyOf(policies.inForce(tenant).source).challengeTtlMs
  const appTokens = await createAppTokens(config.appTokens, {
    access,
    now: () => clock.now(),
    ownIssuer: config.issuer,
    onKeysUnavailable: (issuer, error) => logger.warn({ issuer, err: error }, 'the keys of an issuer are away'),
  })
  const parts: GuardParts = {
    config,
    access,
    appTokens,
    policies,
    view,
    sessionOwners,
    freshness,
    commands,
    pastAnswers,
    callers: createCallers({ access, texts, commands, pastAnswers, clock, newId, capabilityTtlMs }),
    texts,
    idempotency: createIdempotency(config, { newId, hashKey: secrets.tokenKey }),
    sealer: createFactorSealer(secrets, { randomBytes }),
    mfaTokens: await createMfaTokens({ ...secrets, issuer: config.issuer }),
    guessBudget,
    assessed: createAssessedActivities({ log, codecs }),
    deadLetters: createDeadLetters({ log }),
    reportKey: config.reportKey === undefined ? undefined : Buffer.from(config.reportKey, 'base64url'),
    numberKey: secrets.tokenKey,
    clock,
    newId,
    randomBytes,
    logger,
    metrics,
  }
  await view.ready
  const sockets = createSubscriptions({ ...parts, spans: deps.spans })
  subscriptions = sockets
  const deadlines = createDeadlines({ view, commands, clock, logger })

  return {
    routes(app) {
      // A server that closes waits for its connections; those of subscribers would keep it open for ever.
      app.addHook('preClose', async () => sockets.stop())
      registerStatusRoute(app, parts)
      registerCheckRoute(app, parts)
      registerConnectionsRoute(app, parts)
      registerOperatorRoutes(app, parts)
      registerProfileResetRoute(app, parts)
      registerVerdictRoute(app, parts)
      registerDeadLetterRoutes(app, parts)
      registerAuthorizationRoutes(app, parts)
      registerTicketsRoute(app, parts)
      registerBackChannelLogoutRoute(app, parts)
      registerBrowserRoutes(app, parts)
      registerChallengePage(app, parts)
      registerJwksRoute(app, parts)
      registerSubscribeRoute(app, parts)
    },
    attachWebSocket: (server) => sockets.attach(server),
    ready: () =>
      freshness.isKnownForAll()
        ? { ready: true }
        : { ready: false, detail: 'the lock view or the lock stage is behind' },
    async stop() {
      deadlines.stop()
      sockets.stop()
      commands.stop()
      await lockStage.stop()
      await view.stop()
      await sessionOwners.stop()
      await guessBudget.stop()
    },
  }
}
