import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createAccess, scopes } from '@watchword/access'
import { createHttpRegistry, logTopics, openCodecs } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { type ServiceProcess, startServiceProcess, startTestCluster } from '@watchword/service-host/testing'
import { systemClock } from '@watchword/stream'
import { loadOrCreateSecrets } from './secrets.ts'

const cluster = await startTestCluster(19_712)
after(() => cluster.close())
const folders = mkdtempSync(join(tmpdir(), 'watchword-guard-'))
after(() => rmSync(folders, { recursive: true, force: true }))
await loadOrCreateSecrets(folders, { randomBytes })
const secretsFile = join(folders, 'session-guard-secrets.json')

const { codecs } = await openCodecs(createHttpRegistry({ url: cluster.registryUrl }))
const log = await openKafkaLog(
  { brokers: cluster.broker.brokers, clientId: 'guard-test', topics: logTopics },
  { now: Date.now },
)
after(() => log.close())
const access = await createAccess({ log, codecs, clock: systemClock, randomBytes, onFatal: assert.fail })
await access.putApp('demo', { id: 'bank' })
const { key } = await access.createKey('demo', { app: 'bank', scopes })

async function startGuard(name: string, env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const guard = await startServiceProcess({
    main: new URL('./main.ts', import.meta.url),
    env: {
      ...cluster.env,
      WATCHWORD_DATA_DIRECTORY: join(folders, name),
      WATCHWORD_GUARD_SECRETS_FILE: secretsFile,
      ...env,
    },
  })
  after(() => guard.stop())
  return guard
}

const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

async function change({ url }: ServiceProcess, user: string, what: 'lock' | 'unlock'): Promise<number> {
  const body = JSON.stringify({ reason: 'test' })
  return (await fetch(`${url}/v1/users/${user}/${what}`, { method: 'POST', headers, body })).status
}

/** True or false as the replica says, or 'unknown'. */
async function isLocked({ url }: ServiceProcess, user: string): Promise<boolean | 'unknown'> {
  const answer = await fetch(`${url}/v1/users/${user}/status`, { headers })
  if (answer.status === 503) return 'unknown'
  return ((await answer.json()) as { locked: boolean }).locked
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** In all partitions or nearly so. */
const users = Array.from({ length: 40 }, (_, index) => `user-${index}`)

const waitUntilReady = (guards: readonly ServiceProcess[]): Promise<unknown> =>
  Promise.all(guards.map((guard) => guard.ready()))

describe('session-guard as processes of their own', () => {
  it('keeps its promise in every replica while one of them is killed, comes back and is stopped', async () => {
    const one = await startGuard('one')
    await one.ready()
    const two = await startGuard('two')
    await waitUntilReady([one, two])
    await Promise.all(
      users.map(async (user, index) => {
        const [by, other] = index % 2 === 0 ? [one, two] : [two, one]
        assert.equal(await change(by, user, 'lock'), 200)
        assert.notEqual(await isLocked(other, user), false, 'an acknowledged lock holds everywhere')
      }),
    )

    one.signal('SIGKILL')
    await one.ended
    const kept = users.slice(0, 20)
    const opened = users.slice(20)
    let isOver = false
    const unlocking = Promise.all(
      // Who was folded by the one that was killed waits for the other to take over.
      opened.map((user) => until(async () => (await change(two, user, 'unlock')) === 200)),
    ).then(() => (isOver = true))
    while (!isOver)
      for (const locked of await Promise.all(kept.map((user) => isLocked(two, user)))) assert.notEqual(locked, false)
    await unlocking
    await two.ready()

    const again = await startGuard('one')
    await waitUntilReady([again, two])
    for (const guard of [again, two])
      assert.deepEqual(
        await Promise.all(users.map((user) => isLocked(guard, user))),
        users.map((user) => kept.includes(user)),
      )
    assert.equal(await again.stop(), 0)
    await two.ready()
    assert.equal(await isLocked(two, users[0] ?? ''), true)
  })

  it('says nothing that was true before it was stopped for a while', async () => {
    const three = await startGuard('three')
    await three.ready()
    const four = await startGuard('four')
    await waitUntilReady([three, four])
    three.signal('SIGSTOP')
    await until(async () => (await change(four, 'carol', 'lock')) === 200)
    three.signal('SIGCONT')
    assert.notEqual(await isLocked(three, 'carol'), false)
    await until(async () => (await isLocked(three, 'carol')) === true)
    await waitUntilReady([three, four])
  })

  it('does not start without its secrets, and says which field is at fault', async () => {
    for (const [text, field] of [
      ['', /guard\.secrets/],
      ['{"command":"hunter2"}', /guard\.secrets\.command/],
    ] as const)
      await assert.rejects(
        startServiceProcess({
          main: new URL('./main.ts', import.meta.url),
          env: { ...cluster.env, ...(text === '' ? {} : { WATCHWORD_GUARD_SECRETS: text }) },
        }),
        (error) => {
          assert.ok(error instanceof Error)
          assert.match(error.message, field)
          assert.doesNotMatch(error.message, /hunter2/)
          return true
        },
      )
  })
})
