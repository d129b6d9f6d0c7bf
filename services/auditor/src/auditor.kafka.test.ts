import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createAccess, scopes } from '@watchword/access'
import { createClickhouse, startEmbeddedClickhouse } from '@watchword/clickhouse'
import { createHttpRegistry, logTopics, openCodecs, topicOf } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { type ServiceProcess, startServiceProcess, startTestCluster } from '@watchword/service-host/testing'
import { createLogger } from '@watchword/service-kit'
import { systemClock } from '@watchword/stream'

const folders = mkdtempSync(join(tmpdir(), 'watchword-auditor-'))
after(() => rmSync(folders, { recursive: true, force: true }))
const cluster = await startTestCluster(19_716)
after(() => cluster.close())
const clickhouse = await startEmbeddedClickhouse(
  { directory: join(folders, 'clickhouse') },
  { logger: createLogger({ service: 'test', version: '0', level: 'silent' }) },
)
after(() => clickhouse.stop())
const client = createClickhouse({ url: clickhouse.url, database: 'watchword' })
after(() => client.close())

const { codecs } = await openCodecs(createHttpRegistry({ url: cluster.registryUrl }))
const log = await openKafkaLog(
  { brokers: cluster.broker.brokers, clientId: 'auditor-test', topics: logTopics },
  { now: Date.now },
)
after(() => log.close())
const access = await createAccess({ log, codecs, clock: systemClock, randomBytes, onFatal: assert.fail })
await access.putApp('demo', { id: 'bank' })
const { key } = await access.createKey('demo', { app: 'bank', scopes })

async function startAuditor(name: string): Promise<ServiceProcess> {
  const auditor = await startServiceProcess({
    main: new URL('./main.ts', import.meta.url),
    env: {
      ...cluster.env,
      WATCHWORD_DATA_DIRECTORY: join(folders, name),
      WATCHWORD_CLICKHOUSE_URL: clickhouse.url,
    },
  })
  after(() => auditor.stop())
  await auditor.ready()
  return auditor
}

/** Appends until told to stop; answers how many. */
function load(): () => Promise<number> {
  let isOver = false
  async function run(): Promise<number> {
    let count = 0
    while (!isOver) {
      const records = Array.from({ length: 50 }, () => {
        count += 1
        const user = `user-${count}`
        const body = { type: 'session-ended', data: { app: 'bank', session: 's-1', reason: 'sign-out' } } as const
        const value = codecs.session.encode({ tenant: 'demo', user, at: Date.now(), seq: 1, commandId: null, body })
        return { topic: topicOf('session'), key: `demo:${user}`, value, headers: {} }
      })
      await log.append(records)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return count
  }
  const running = run()
  return () => {
    isOver = true
    return running
  }
}

async function stored(): Promise<Readonly<{ rows: number; distinct: number }>> {
  const [row] = await client.rows<{ rows: number; distinct: number }>(
    `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(partition, offset)) AS distinct FROM audit WHERE topic = '${topicOf('session')}'`,
  )
  return row ?? { rows: 0, distinct: 0 }
}

/** Whether this replica has stored anything. */
async function stores({ url }: ServiceProcess): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return /^watchword_audit_insert_rows_total [1-9]/m.test(text)
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe('the auditor as processes of their own', () => {
  it('stores every record once while who stores is killed, twice, and answers questions everywhere', async () => {
    const stopLoad = load()
    const one = await startAuditor('one')
    await until(() => stores(one))
    const two = await startAuditor('two')
    one.signal('SIGKILL')
    await one.ended
    await until(() => stores(two))
    const three = await startAuditor('three')
    assert.equal(await stores(three), false)
    two.signal('SIGKILL')
    await two.ended
    await until(() => stores(three))
    const count = await stopLoad()
    await until(async () => (await stored()).rows >= count)
    assert.deepEqual(await stored(), { rows: count, distinct: count })

    const again = await startAuditor('two')
    for (const { url } of [three, again]) {
      const headers = { authorization: `Bearer ${key}` }
      const answer = await fetch(`${url}/v1/users/user-7/timeline`, { headers })
      assert.equal(answer.status, 200)
      const { items } = (await answer.json()) as { items: readonly unknown[] }
      assert.equal(items.length, 1)
      assert.equal((await fetch(`${url}/v1/assessments/a-0-9-0`, { headers })).status, 404, 'the log has no activity')
    }
    assert.equal(await three.stop(), 0)
    await until(async () => (await fetch(`${again.url}/readyz`)).ok)
  })
})
