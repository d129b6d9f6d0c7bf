import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { PassThrough } from 'node:stream'
import type { TestContext } from 'node:test'
import { type Access, createAccess, type Scope, scopes } from '@watchword/access'
import {
  type Codecs,
  createCodecs,
  createEmbeddedRegistry,
  logTopics,
  type MfaRequired,
  topicOf,
  userKey,
} from '@watchword/contracts'
import { createMemoryDisk, createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import { builtInPolicy, type PolicyVersion } from '@watchword/policy'
import { createHttpServer, createLogger, createMetrics, type HttpServer } from '@watchword/service-kit'
import { undocumentedAnswers } from '@watchword/service-kit/testing'
import { createMemoryStateStore, noMetrics } from '@watchword/stream'
import type { UserNames } from '@watchword/user-names'
import type { Registry } from 'prom-client'
import { type SessionGuardConfig, sessionGuardDefaults } from '../config.ts'
import { type GuardSecrets, loadOrCreateSecrets } from '../secrets.ts'
import { createSessionGuard, type SessionGuard } from '../service.ts'
import { createSteerableClock, type SteerableClock } from './steerable-clock.ts'
import { until } from './until.ts'

/** A session-guard over a log in memory, with real HTTP. */
export type GuardWorld = Readonly<{
  log: MemoryLog
  codecs: Codecs
  clock: SteerableClock
  access: Access
  guard: SessionGuard
  server: HttpServer
  secrets: GuardSecrets
  /** Signs the tickets of reports. */
  reportKey: Uint8Array
  metrics: Registry
  /** A key of tenant `demo`, app `bank`, with every scope. */
  key: string
  keyOf: (tenant: string, app: string, ...granted: Scope[]) => Promise<string>
  call: (method: 'GET' | 'POST' | 'DELETE', url: string, options?: CallOptions) => Promise<CallResult>
  /** Asks for proof as the scorer does. */
  demand: (user: string, over?: Partial<MfaRequired>) => Promise<void>
  /** Everything that was logged. */
  logText: () => string
}>

export type CallOptions = Readonly<{ key?: string; body?: unknown; headers?: Readonly<Record<string, string>> }>

export type CallResult = Readonly<{
  status: number
  body: Record<string, unknown>
  headers: Record<string, unknown>
  text: string
}>

export type WorldOptions = Readonly<{
  /** `trace` by default. */
  logLevel?: 'trace' | 'info'
  config?: Partial<SessionGuardConfig>
  /** Of every tenant; a function says it anew each time. */
  policy?: PolicyVersion | (() => PolicyVersion)
  /** How the names of users are read; default: as they are. */
  userNames?: UserNames
  /** Default: those of the earlier one, or new ones. */
  secrets?: GuardSecrets
  /** On the log of an earlier one, with a state store that knows nothing: after it, or beside it while it runs. */
  after?: GuardWorld
}>

export async function createGuardWorld(t: TestContext, options: WorldOptions = {}): Promise<GuardWorld> {
  const { after } = options
  const clock = after?.clock ?? createSteerableClock()
  const topics = logTopics.map((topic) => ({ ...topic, partitions: Math.min(topic.partitions, 4) }))
  const log = after?.log ?? createMemoryLog({ topics, disk: createMemoryDisk() }, { now: () => clock.now() })
  const codecs = after?.codecs ?? (await createCodecs(createEmbeddedRegistry()))
  const onFault = (error: Error): void => {
    throw error
  }
  const access = after?.access ?? (await createAccess({ log, codecs, clock, randomBytes, onFatal: onFault }))
  const directory = await mkdtemp(`${tmpdir()}/guard-`)
  const secrets = options.secrets ?? after?.secrets ?? (await loadOrCreateSecrets(directory, { randomBytes }))
  await rm(directory, { recursive: true })
  const reportKey = after?.reportKey ?? randomBytes(32)
  const chunks: string[] = []
  const destination = new PassThrough()
  destination.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  const logger = createLogger(
    { service: 'session-guard', version: '0', level: options.logLevel ?? 'trace' },
    { destination },
  )
  const metrics = createMetrics({ service: 'session-guard', version: '0', processMetrics: false })
  const { policy = builtInPolicy() } = options
  const guard = await createSessionGuard(
    {
      ...sessionGuardDefaults,
      acknowledgeAfterMs: 5,
      reportKey: Buffer.from(reportKey).toString('base64url'),
      ...options.config,
    },
    {
      log,
      codecs,
      openState: async () => createMemoryStateStore(),
      stageMetrics: () => noMetrics,
      access,
      policies: { inForce: () => (typeof policy === 'function' ? policy() : policy) },
      secrets,
      clock,
      newId: randomUUID,
      randomBytes,
      logger,
      metrics,
      onFatal: onFault,
    },
  )
  const server = await createHttpServer({ title: 'guard', version: '0' }, { logger, metrics, newId: randomUUID })
  const undocumented = undocumentedAnswers(server)
  guard.routes(server)
  // The lock stage's progress is looked at every 100 ms.
  clock.advance(100)
  await until(() => guard.ready().ready)
  t.after(async () => {
    await server.close()
    await guard.stop()
    await access.stop()
    await log.close()
    assert.deepEqual(undocumented, [], 'every answer is as the OpenAPI document says')
  })

  const names = options.userNames === undefined ? {} : { userNames: options.userNames }
  async function keyOf(tenant: string, app: string, ...granted: Scope[]): Promise<string> {
    if (access.appOf(tenant, app) === undefined)
      await access.putApp(tenant, { id: app, origins: [`https://${app}.example`], ...names })
    return (await access.createKey(tenant, { app, scopes: granted.length === 0 ? scopes : granted })).key
  }
  const key = await keyOf('demo', 'bank')

  return {
    log,
    codecs,
    clock,
    access,
    guard,
    server,
    secrets,
    reportKey,
    metrics,
    key,
    keyOf,
    async call(method, url, { key: given = key, body, headers = {} } = {}) {
      const authorization = given === '' ? {} : { authorization: `Bearer ${given}` }
      const answer = await server.inject({
        method,
        url,
        headers: { ...authorization, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      })
      const parsed = answer.body === '' ? {} : (JSON.parse(answer.body) as Record<string, unknown>)
      return { status: answer.statusCode, body: parsed, headers: answer.headers, text: answer.body }
    },
    async demand(user, over = {}) {
      const receivedAt = clock.now()
      const data: MfaRequired = { ...demandOf(receivedAt), ...over }
      const commandId = `profile-${randomUUID()}`
      const record = {
        tenant: 'demo',
        user,
        receivedAt,
        commandId,
        mac: null,
        body: { type: 'mfa-required', data },
      } as const
      await log.append([
        { topic: topicOf('mfa'), key: userKey('demo', user), value: codecs.mfa.encode(record), headers: {} },
      ])
    },
    logText: () => chunks.join(''),
  }
}

export const thief = { device: 'd-thief', fingerprint: null, network: '203.0.113.0/24', agent: null } as const

/** What the scorer asks for, by default of the session `s-91` of a thief. */
export function demandOf(time: number): MfaRequired {
  return {
    assessment: 'a-0-0-0',
    activity: 'act-1',
    app: 'bank',
    session: 's-91',
    device: null,
    scope: 'session',
    level: 'HIGH',
    context: thief,
    time,
    reasonUser: { en: 'We noticed a sign-in from a new place.' },
    factors: ['webauthn', 'totp', 'recovery-code'],
    policy: { windowMs: 28_800_000, onExpiry: 'soft', attemptsAllowed: 5, challengeTtlMs: 300_000, totpPastSteps: 1 },
    grounds: 'proven',
  }
}
