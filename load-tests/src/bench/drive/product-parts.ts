import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Access, createAccess, scopes } from '@watchword/access'
import { type Codecs, createCodecs, createEmbeddedRegistry, logTopics } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import { createPolicies, type Policies } from '@watchword/policy'
import {
  createHttpServer,
  createIds,
  createLogger,
  createMetrics,
  type HttpServer,
  type Logger,
} from '@watchword/service-kit'
import { systemClock } from '@watchword/stream'
import type { Registry } from 'prom-client'

/** What every service is made of, over the embedded log in a folder. */
export type ProductParts = Readonly<{
  log: EventLog
  codecs: Codecs
  access: Access
  policies: Policies
  logger: Logger
  metrics: Registry
  server: HttpServer
  newId: () => string
  randomBytes: (size: number) => Uint8Array
  onFault: (error: Error) => void
  /** Of tenant `demo`, app `demo`, with every scope. */
  key: string
}>

/** Opens them; `onEnd` takes what has to be closed. */
export async function openProductParts(
  folder: string,
  onEnd: (end: () => Promise<void>) => void,
): Promise<ProductParts> {
  const now = (): number => Date.now()
  const onFault = (error: Error): void => {
    throw error
  }
  const log = await openSqliteLog({ file: join(folder, 'log.db'), topics: logTopics }, { now, onFault })
  onEnd(() => log.close())
  const codecs = await createCodecs(createEmbeddedRegistry())
  const logger = createLogger({ service: 'bench', version: '0.1.0' })
  const metrics = createMetrics({ service: 'bench', version: '0.1.0' })
  const access = await createAccess({ log, codecs, clock: systemClock, randomBytes, onFatal: onFault })
  const policies = await createPolicies({ log, codecs, clock: systemClock, onFatal: onFault })
  await access.putApp('demo', { id: 'demo' })
  const { key } = await access.createKey('demo', { app: 'demo', scopes })
  const newId = createIds()
  const server = await createHttpServer(
    { title: 'bench', version: '0.1.0' },
    { logger, metrics, newId: () => randomUUID() },
  )
  return { log, codecs, access, policies, logger, metrics, server, newId, randomBytes, onFault, key }
}
