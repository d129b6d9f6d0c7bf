import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it, type TestContext } from 'node:test'
import { topicOf } from '@watchword/contracts'
import { ConfigError, createLifecycle, createLogger, createMetrics, loadConfig } from '@watchword/service-kit'
import { type SavedPosition, systemClock } from '@watchword/stream'
import { Type } from 'typebox'
import { hostSections } from './host-config.ts'
import { openKafkaEngine } from './kafka-engine.ts'
import { startTestCluster } from './testing/test-cluster.ts'
import { version } from './version.ts'

const cluster = await startTestCluster(19_700)
after(() => cluster.close())

const logger = createLogger({ service: 'test', version, level: 'silent' })

function freshFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-engine-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function openEngine(t: TestContext, directory: string, env: Readonly<Record<string, string>> = {}) {
  const lifecycle = createLifecycle({}, { logger })
  t.after(() => lifecycle.stop())
  const metrics = createMetrics({ service: 'test', version, processMetrics: false })
  const config = loadConfig(Type.Object(hostSections(0)), { env: { ...cluster.env, ...env } })
  const engine = await openKafkaEngine(
    { ...config, data: { directory }, clientId: 'engine-test' },
    { logger, metrics, lifecycle, clock: systemClock, onFatal: assert.fail },
  )
  return { engine, lifecycle, metrics }
}

const position: SavedPosition = {
  nextOffset: 7,
  time: 5,
  watermarks: {},
  said: { spots: {}, positions: {}, poisoned: [] },
}

describe('the engine on a cluster', () => {
  it('gives the state of a stage to a process on another machine, and tells of it', async (t) => {
    const one = await openEngine(t, freshFolder(t))
    const first = await one.engine.openState('lock', 'rows-1', topicOf('mfa'))
    await first.prepare(3)
    await first.save({ partition: 3, position, rows: [['demo:alice', Buffer.from('locked')]] })
    await first.close()
    await one.lifecycle.stop()

    const two = await openEngine(t, freshFolder(t))
    const second = await two.engine.openState('lock', 'rows-1', topicOf('mfa'))
    assert.equal(second.read(3, 'demo:alice'), undefined)
    await second.prepare(3)
    assert.equal(Buffer.from(second.read(3, 'demo:alice') ?? []).toString(), 'locked')
    assert.match(await two.metrics.metrics(), /watchword_state_restoring_records\{stage="lock",partition="3"\} 0/)
    await second.close()
  })

  it('keeps a copy of what others save, unless told not to', async (t) => {
    const owner = await openEngine(t, freshFolder(t))
    const state = await owner.engine.openState('profile', 'rows-1', topicOf('activity'))
    await state.prepare(5)
    await state.save({ partition: 5, position, rows: [['demo:bob', Buffer.from('profile')]] })
    const standby = await openEngine(t, freshFolder(t))
    const copy = await standby.engine.openState('profile', 'rows-1', topicOf('activity'))
    while (copy.position(5) === undefined) await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(Buffer.from(copy.read(5, 'demo:bob') ?? []).toString(), 'profile')
    assert.match(await standby.metrics.metrics(), /watchword_state_standby_records_total\{stage="profile"\} 2/)
    await Promise.all([state.close(), copy.close()])

    const other = await openEngine(t, freshFolder(t), { WATCHWORD_STATE_STANDBY: 'false' })
    await (await other.engine.openState('profile', 'rows-1', topicOf('activity'))).close()
    assert.doesNotMatch(await other.metrics.metrics(), /watchword_state_standby_lag_records\{/)
  })

  it('frames and reads records by the registry, and does not open a folder that another process has', async (t) => {
    const folder = freshFolder(t)
    const { engine } = await openEngine(t, folder)
    const policy = { tenant: 'demo', hash: 'h', version: 1, effectiveFrom: 5, document: '{}', by: 'k' }
    const topic = topicOf('policy')
    const value = engine.codecs.policy.encode(policy)
    const [at] = await engine.log.append([{ topic, key: 'demo:h', value, headers: {} }])
    const [record] = await engine.log.read(topic, 0, at?.offset ?? -1, 1)
    assert.deepEqual({ ...engine.codecs.policy.decode(record?.value ?? new Uint8Array()) }, policy)
    await assert.rejects(openEngine(t, folder), ConfigError)
  })
})
