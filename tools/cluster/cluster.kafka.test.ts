import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { serviceOfPath } from './service-of-path.ts'
import { startCluster } from './start-cluster.ts'
import { runWatchword } from './watchword.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-cluster-'))
const cluster = await startCluster({ directory, kafkaPort: 19_724, port: 0, replicas: 2, say: () => undefined })
after(async () => {
  await cluster.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function playStory(): Promise<void> {
  let said = ''
  const story = ['demo', '--url', cluster.url, '--key', cluster.key]
  assert.equal(await runWatchword(story, (text) => void (said += text)), 0, said)
}

/** In all partitions or nearly so. */
const users = Array.from({ length: 80 }, (_, index) => `user-${index}`)

const headers = { authorization: `Bearer ${cluster.key}`, 'content-type': 'application/json' }

/** Waits until every user is judged and can be locked: until the partitions of those who ended are with others. */
async function untilTakenOver(): Promise<void> {
  const body = JSON.stringify(users.map((user) => ({ type: 'login', outcome: 'succeeded', user })))
  const judge = (): Promise<Response> =>
    fetch(`${cluster.url}/v1/activities`, { method: 'POST', headers: { ...headers, prefer: 'wait=5' }, body })
  while ((await judge()).status !== 200);
  const lock = async (user: string): Promise<void> => {
    const asked = { method: 'POST', headers, body: '{"reason":"test"}' }
    while ((await fetch(`${cluster.url}/v1/users/${user}/lock`, asked)).status !== 200);
  }
  await Promise.all(users.map(lock))
}

const services = ['ingest', 'scorer', 'session-guard', 'notifier', 'auditor'] as const

describe('two processes of each service', () => {
  it('are found by the paths that each of them serves', async () => {
    for (const service of services) {
      if (service === 'scorer') continue
      const answer = await fetch(`${cluster.members(service)[0]?.url ?? ''}/openapi.json`)
      const { paths } = (await answer.json()) as { paths: object }
      const served = Object.keys(paths).filter((path) => path.startsWith('/v1/'))
      assert.notEqual(served.length, 0)
      for (const path of served) assert.equal(serviceOfPath(path.replaceAll(/\{\w+\}/g, 'x')), service, path)
    }
  })

  it('play the story, with both, after one of each is killed, and when they are back', async () => {
    await playStory()
    await Promise.all(
      services.map(async (service) => {
        const member = cluster.members(service)[0]
        member?.signal('SIGKILL')
        await member?.ended
      }),
    )
    await untilTakenOver()
    await playStory()
    await Promise.all(services.map((service) => cluster.restart(service, 0)))
    await cluster.ready()
    await playStory()
  })
})
