import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startTestPlatform, type TestPlatform } from '@watchword/cli/testing'
import { createWatchword, type Guard, type Watchword } from '@watchword/node'
import { createCutConnection, type CutConnection } from './cut-connection.ts'

type Told = Readonly<{ id: string; time: number; late: boolean; signal: Signal | null }>
type Item = Readonly<{ topic: string; data: Readonly<{ body: Readonly<{ type: string; data: Told }> }> }>
type Signal = Readonly<{ code: string }>

const home = { device: 'laptop', ip: '203.0.113.7' }
const stolen = { device: 'stolen', ip: '198.51.100.9' }
const alice = { user: 'alice', session: 's-alice', device: home.device }
const bob = { user: 'bob', session: 's-bob', device: home.device }
const hourMs = 3_600_000

let platform: TestPlatform
let connection: CutConnection
let client: Watchword
let guard: Guard
const folder = mkdtempSync(join(tmpdir(), 'watchword-offline-'))

before(async () => {
  platform = await startTestPlatform()
  connection = await createCutConnection(platform.url)
  client = createWatchword({
    url: connection.url,
    key: platform.key,
    queueFolder: folder,
    onError: () => undefined,
    failureModes: [{ path: '/local/**', mode: 'open' }],
  })
  guard = client.createGuard()
})
after(async () => {
  await client.close({ deadlineMs: 1_000 })
  await connection.cut()
  await platform.stop()
  rmSync(folder, { recursive: true })
})

/** Past the connection that is cut. */
async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(platform.url + path, {
    method,
    headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json', prefer: 'wait=10' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  assert.ok(answer.ok, `${path}: ${answer.status}`)
  return (await answer.json()) as Record<string, unknown>
}

async function judged(activity: object): Promise<Record<string, unknown>> {
  const { results } = await ask('POST', '/v1/activities', activity)
  const [result] = results as readonly { assessment: Record<string, unknown> }[]
  return result?.assessment ?? {}
}

async function outcome(subject: typeof alice, target: string): Promise<string> {
  const verdict = await guard.admit(subject, target)
  return verdict.outcome === 'refused' ? String(verdict.refusal.status) : verdict.outcome
}

async function until(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise(setImmediate)
}

const standing = async ({ user, session }: typeof alice): Promise<unknown> =>
  (await ask('GET', `/v1/users/${user}/status?session=${session}`))['sessionState']

/** The activities in the timeline of a user, as the log has them. */
async function toldOf(user: string): Promise<readonly Told[]> {
  const { items } = await ask('GET', `/v1/users/${user}/timeline?limit=1000`)
  return (items as readonly Item[])
    .filter(({ topic, data }) => topic.startsWith('watchword.activity') && data.body.type === 'activity')
    .map(({ data }) => data.body.data)
}

test('while the platform cannot be reached what is protected refuses, local work goes on, and what happened comes later and makes nothing better', async () => {
  const login = { type: 'login', outcome: 'succeeded', authentication: { methods: ['pwd', 'otp'] } } as const
  for (const one of [alice, bob]) await judged({ ...login, ...one, ip: home.ip })
  await ask('POST', '/v1/users/bob/lock', { reason: 'reported', session: bob.session })
  await until(async () => (await outcome(bob, '/local/notes')) === '401')
  await until(async () => (await outcome(alice, '/transfers/1')) === 'verified')

  await connection.cut()
  await until(async () => (await outcome(alice, '/transfers/1')) === '503')
  assert.equal(await outcome(alice, '/local/notes'), 'released')
  // Being out of reach is no reason to trust: neither what is known to be locked nor an address at home opens anything.
  assert.equal(await outcome(bob, '/local/notes'), '401')
  assert.equal(await outcome(bob, '/transfers/1'), '401')

  const cutAt = Date.now()
  const yesterday = cutAt - 25 * hourMs
  const time = new Date(yesterday).toISOString()
  const results = Promise.all([
    client.capture({ id: 'offline-attempt', type: 'access', outcome: 'attempted', ...alice, ip: home.ip }),
    client.capture({ ...login, id: 'offline-old', ...alice, ...stolen, session: 's-thief', time }),
    client.capture({ ...login, id: 'offline-bob', ...bob, ip: home.ip, time }),
  ])
  await ask('POST', '/v1/users/alice/lock', { reason: 'reported', session: alice.session })
  assert.equal(await outcome(alice, '/transfers/1'), '503')

  const mendedAt = Date.now()
  await connection.mend()
  assert.deepEqual(
    (await results).map(({ status }) => status),
    ['accepted', 'accepted', 'accepted'],
  )
  await until(async () => (await outcome(alice, '/local/notes')) === '401')
  await client.flush()
  const late = await judged({ type: 'access', ...alice, ...stolen, session: 's-2' })
  const signals = late['signals'] as readonly Signal[]
  assert.ok(
    signals.some(({ code }) => code === 'device.unknown'),
    'nothing is learned of what is told late',
  )
  assert.deepEqual([await standing(alice), await standing(bob)], ['locked', 'locked'])
  assert.equal(await outcome(bob, '/local/notes'), '401')

  await until(async () => {
    const codes = (await toldOf('alice')).map(({ signal }) => signal?.code)
    return codes.includes('guard.refused') && codes.includes('guard.released')
  })
  const told = [...(await toldOf('alice')), ...(await toldOf('bob'))]
  const timeOf = (id: string) => told.find((one) => one.id === id)
  for (const id of ['offline-old', 'offline-bob'])
    assert.deepEqual([timeOf(id)?.late, timeOf(id)?.time], [true, yesterday], id)
  const attempt = timeOf('offline-attempt')
  assert.ok(attempt && !attempt.late && attempt.time >= cutAt && attempt.time <= mendedAt, 'its own time')
})
