import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccess, ensureApp, scopes } from '@watchword/access'
import { clusterTopics, createHttpRegistry, openCodecs } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { freePort } from '@watchword/service-kit'
import { startTraceCollector } from '@watchword/service-host/testing'
import { systemClock, withPreparation } from '@watchword/stream'
import type { UserNames } from '@watchword/user-names'
import { demoApp } from '../platform/first-key.ts'
import type { ClusterAddress } from './cluster-address.ts'
import { runCommand } from './command-line.ts'
import { openBank } from './open-bank.ts'
import type { TestPlatform, TestPlatformOptions } from './test-platform.ts'

/** A tenant, new unless it is named, with the app `demo` and a key that every process of the cluster takes when it resolves. */
export async function settleInCluster(cluster: ClusterAddress, options: TestPlatformOptions): Promise<TestPlatform> {
  const { userNames } = options
  const { url, gates, clickhouseUrl, grafanaPassword } = cluster
  const tenant = options.tenant ?? `t-${randomBytes(6).toString('hex')}`
  const bankUrl = `http://localhost:${await freePort()}`
  const key = await keyOf(cluster, {
    tenant,
    origins: [url, bankUrl],
    ...(userNames === undefined ? {} : { userNames }),
  })
  await Promise.all(gates.map((gate) => until(async () => (await fetch(gate, bearing(key))).ok)))

  const data = options.data ?? mkdtempSync(join(tmpdir(), 'watchword-tenant-'))
  mkdirSync(join(data, 'secrets'), { recursive: true, mode: 0o700 })
  for (const [file, text] of [
    ['dev-key', key],
    ['clickhouse-url', clickhouseUrl],
    ['secrets/clickhouse-grafana', grafanaPassword],
  ] as const)
    writeFileSync(join(data, file), text, { mode: 0o600 })
  const collector =
    options.traced === true ? await startTraceCollector(Number(new URL(cluster.otlpUrl).port)) : undefined
  const bank = options.demo === true ? await openBank({ url, key, bankUrl }) : undefined
  return {
    url,
    data,
    key,
    bankUrl,
    clickhouseUrl,
    ...(collector === undefined ? {} : { collector }),
    run: (command, ...rest) => runCommand([...command, '--url', url, '--data', data], ...rest),
    untilTold: until,
    async stop() {
      await bank?.close()
      await collector?.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** Puts the app and a key of it on the log: over HTTP only who has a key of a tenant makes others. */
async function keyOf(
  { brokers, registryUrl }: ClusterAddress,
  { tenant, ...first }: Readonly<{ tenant: string; origins: readonly string[]; userNames?: UserNames }>,
): Promise<string> {
  const onFault = (error: Error): void => {
    throw error
  }
  const { codecs, prepare } = await openCodecs(createHttpRegistry({ url: registryUrl }))
  const log = await openKafkaLog(
    { brokers, clientId: 'e2e', topics: clusterTopics },
    { now: () => Date.now(), onFault },
  )
  const access = await createAccess({
    log: withPreparation(log, prepare),
    codecs,
    clock: systemClock,
    randomBytes,
    onFatal: onFault,
  })
  await ensureApp(access, tenant, { id: demoApp, name: 'Demo', ...first })
  const { key } = await access.createKey(tenant, { app: demoApp, scopes, name: 'dev-key' })
  await access.stop()
  await log.close()
  return key
}

async function until(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 20))
}

function bearing(key: string): RequestInit {
  return { headers: { authorization: `Bearer ${key}` } }
}
