import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createHttpRegistry, logTopics, openCodecs, topicOf } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { type ServiceProcess, startServiceProcess, startTestCluster } from '@watchword/service-host/testing'

const cluster = await startTestCluster(19_708)
after(() => cluster.close())
const key = `ww_${randomBytes(10).toString('hex')}_${randomBytes(32).toString('base64url')}`
const folders = mkdtempSync(join(tmpdir(), 'watchword-ingest-'))
after(() => rmSync(folders, { recursive: true, force: true }))

async function startIngest(name: string, env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const ingest = await startServiceProcess({
    main: new URL('./main.ts', import.meta.url),
    env: { ...cluster.env, WATCHWORD_DATA_DIRECTORY: join(folders, name), WATCHWORD_BOOTSTRAP_KEY: key, ...env },
  })
  after(() => ingest.stop())
  await ingest.ready()
  return ingest
}

const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

async function send({ url }: ServiceProcess, id = randomUUID()): Promise<Readonly<{ id: string; status: number }>> {
  const body = JSON.stringify({ id, type: 'login', outcome: 'succeeded', user: 'alice' })
  const { status } = await fetch(`${url}/v1/activities`, { method: 'POST', headers, body })
  return { id, status }
}

/** Ids of the activities on the log, in the order of their partition. */
async function recorded(): Promise<readonly string[]> {
  const { codecs } = await openCodecs(createHttpRegistry({ url: cluster.registryUrl }))
  const log = await openKafkaLog(
    { brokers: cluster.broker.brokers, clientId: 'ingest-test', topics: logTopics },
    { now: Date.now },
  )
  const ids: string[] = []
  const tail = await log.tail({
    topics: [topicOf('activity')],
    from: 'begin',
    onRecords(records) {
      for (const { value } of records) {
        const { body } = codecs.activity.decode(value ?? new Uint8Array())
        if (body.type === 'activity') ids.push(body.data.id)
      }
    },
    onError: assert.fail,
  })
  await tail.caughtUp
  await log.close()
  return ids
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe('ingest as processes of their own', () => {
  it('takes the first key, knows policies of the other, and loses nothing acknowledged when the broker is killed', async () => {
    const [one, two] = await Promise.all([startIngest('one'), startIngest('two')])
    const acknowledged: string[] = []
    for (const ingest of [one, two, one, two]) {
      const { id, status } = await send(ingest)
      assert.equal(status, 202)
      acknowledged.push(id)
    }
    const put = await fetch(`${one.url}/v1/policy`, { method: 'PUT', headers, body: '{"profile":"strict"}' })
    assert.equal(put.status, 200)
    await until(async () => {
      const policy = (await (await fetch(`${two.url}/v1/policy`, { headers })).json()) as { version: number }
      return policy.version === 1
    })

    await cluster.broker.kill()
    const during = send(one)
    await cluster.broker.start()
    const first = await during
    // Refused, or taken by the broker that came back: never taken and lost.
    assert.ok(first.status === 202 || first.status === 503, String(first.status))
    if (first.status === 202) acknowledged.push(first.id)
    for (const ingest of [one, two])
      await until(async () => {
        const { id, status } = await send(ingest)
        if (status === 202) acknowledged.push(id)
        return status === 202
      })

    one.signal('SIGKILL')
    await one.ended
    const last = await send(two)
    assert.equal(last.status, 202)
    const found = new Set(await recorded())
    for (const id of [...acknowledged, last.id]) assert.ok(found.has(id), id)
    assert.equal(await two.stop(), 0)
  })

  it('does not start with a first key that is none, and says which field is at fault', async () => {
    await assert.rejects(startIngest('three', { WATCHWORD_BOOTSTRAP_KEY: 'hunter2' }), (error) => {
      assert.ok(error instanceof Error)
      assert.match(error.message, /ended \(1\)/)
      assert.match(error.message, /bootstrap\.key/)
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
  })
})
