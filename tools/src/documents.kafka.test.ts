import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { startSecuredTestBroker } from '@watchword/event-log/kafka/testing'
import { startTestRegistry } from '@watchword/service-host/testing'
import { codeBlocks } from './code-blocks.ts'
import { documentPaths } from './documents.ts'
import { repositoryFile } from './repository.ts'

const page = 'docs/how-to/prepare-a-kafka-cluster.md'
const services = ['ingest', 'scorer', 'session-guard', 'notifier', 'auditor']
const broker = await startSecuredTestBroker(
  19_732,
  services.map((service) => `watchword-${service}`),
)
after(() => broker.clean())
const registry = await startTestRegistry(19_734)
after(() => registry.clean())
const folder = mkdtempSync(join(tmpdir(), 'watchword-kafka-page-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** The administrator, by the variables that the page has in its table; the one broker has no second for replicas. */
const env = {
  PATH: `${repositoryFile('node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
  WATCHWORD_KAFKA_TLS_CA: broker.ca,
  WATCHWORD_KAFKA_TLS_ENABLED: 'true',
  WATCHWORD_KAFKA_SASL_MECHANISM: 'scram-sha-512',
  WATCHWORD_KAFKA_SASL_USERNAME: 'admin',
  WATCHWORD_KAFKA_SASL_PASSWORD: 'admin-secret',
}
const oneBroker = '--replication-factor 1 --min-insync-replicas 1'
const npx = `npx() { shift; case "$*" in 'topics plan'*|'topics apply'*) watchword "$@" ${oneBroker};; *) watchword "$@";; esac; }`

async function exitCodeOf(command: string): Promise<number> {
  const local = command
    .replaceAll('kafka-1:9092', broker.brokers.join(','))
    .replaceAll('http://registry:8081', registry.url)
  return promisify(execFile)('bash', ['-c', `${npx}\n${local}`], { cwd: folder, env, timeout: 60_000 }).then(
    () => 0,
    ({ code }: Readonly<{ code: number }>) => code,
  )
}

describe('whoever has a cluster that refuses what no rule allows, a registry and the page', () => {
  test('is the only one that has commands of this kind', () => {
    assert.deepEqual(
      documentPaths().filter((path) => codeBlocks(path, 'kafka').length > 0),
      [page],
    )
  })

  test('gets from nothing to topics, rights and schemas by its commands, in their order', async () => {
    const commands = codeBlocks(page, 'kafka').join('').trim().split('\n')
    assert.equal(commands.length, 7)
    const [plan = '', ...others] = commands
    assert.equal(await exitCodeOf(plan), 1, 'nothing is as declared yet')
    for (const command of others) assert.equal(await exitCodeOf(command), 0, command)
    assert.equal(await exitCodeOf(plan), 0, 'all is as declared')
  })
})
