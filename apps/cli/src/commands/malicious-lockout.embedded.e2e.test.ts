import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

const usersAttacked = 10_000
const usersPerMinute = 20
const users = Array.from({ length: usersAttacked }, (_, index) => `user-${index}`)
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const outcome = 'succeeded'
const elsewhere = { userAgent: 'curl/8', ip: '198.51.100.9', network: { country: 'BR', asn: 64_500, type: 'hosting' } }

type Status = Readonly<{ mfaVerified: boolean; lock?: Readonly<{ scope: string }> }>

let platform: TestPlatform
/** Whom the attack has locked. */
let locked: readonly string[] = []

before(async () => {
  platform = await startTestPlatform()
})
after(async () => platform.stop())

async function call(method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' }
  const answer = await fetch(`${platform.url}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`)
  return answer
}

async function report(activities: readonly object[]): Promise<void> {
  for (let from = 0; from < activities.length; from += 1_000) {
    const answer = await call('POST', '/v1/activities', activities.slice(from, from + 1_000))
    const { results } = (await answer.json()) as { results: readonly { status: string }[] }
    assert.deepEqual(results.filter(({ status }) => status !== 'accepted').slice(0, 1), [])
  }
}

/** How a user stands; asked again while nobody can know, as on a machine that has much else to do. */
async function statusOf(user: string, subject = ''): Promise<Status> {
  for (;;) {
    const headers = { authorization: `Bearer ${platform.key}` }
    const answer = await fetch(`${platform.url}/v1/users/${user}/status?${subject}`, { headers })
    if (answer.status === 200) return (await answer.json()) as Status
    assert.equal(answer.status, 503)
    await answer.arrayBuffer()
  }
}

/** How often something was counted since the platform began. */
async function counted(metric: string): Promise<number> {
  const lines = (await (await fetch(`${platform.url}/metrics`)).text()).split('\n')
  return Number(
    lines
      .find((line) => line.startsWith(metric))
      ?.split(' ')
      .at(-1) ?? 0,
  )
}

async function until(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise(setImmediate)
}

async function lockedAmong(subjectOf: (index: number) => string): Promise<readonly string[]> {
  const locked: string[] = []
  for (let from = 0; from < users.length; from += 100) {
    const some = users.slice(from, from + 100)
    const found = await Promise.all(some.map((user, index) => statusOf(user, subjectOf(from + index))))
    locked.push(...some.filter((_, index) => found[index]?.mfaVerified === false))
  }
  return locked
}

const asked = async (): Promise<number> =>
  (await counted('watchword_unproven_locks_total{answer="granted"')) +
  (await counted('watchword_unproven_locks_total{answer="withheld"'))

describe('malicious lockout of ten thousand users at once', () => {
  test("locks no more of them than the policy allows in a minute, and no device but the attacker's own", async () => {
    const home = { userAgent: firefox, ip: '203.0.113.7', authentication: { methods: ['pwd', 'otp'] } }
    await report(
      users.map((user, index) => ({
        type: 'login',
        outcome,
        user,
        session: `s-${index}`,
        device: `d-${index}`,
        ...home,
      })),
    )

    const began = Date.now()
    await report(users.map((user) => ({ type: 'login', outcome: 'failed', user, ...elsewhere })))
    await report(
      users.map((user) => ({
        type: 'access',
        outcome: 'attempted',
        user,
        device: 'd-evil',
        signals: ['phishing-proxy'],
      })),
    )
    await report(users.map((user) => ({ type: 'signal', user, signal: { code: 'phishing-proxy' } })))
    await until(async () => (await asked()) === usersAttacked)
    const minutes = Math.floor((Date.now() - began) / 60_000) + 1

    const granted = await counted('watchword_unproven_locks_total{answer="granted"')
    assert.ok(granted >= usersPerMinute && granted <= usersPerMinute * minutes, String(granted))
    const isEvilLocked = async (): Promise<boolean> =>
      !(await statusOf(`user-${usersAttacked - 1}`, 'device=d-evil')).mfaVerified
    await until(isEvilLocked)
    locked = await lockedAmong((index) => `session=s-${index}`)
    assert.equal(locked.length, granted)
    // Whom an alert pages looks at this one.
    assert.equal(await counted('watchword_lockouts_suspected'), 1)
    console.log(JSON.stringify({ attacked: usersAttacked, locked: locked.length, withheld: usersAttacked - granted }))
  })

  test('keeps no theft from being locked, though all that may be granted is spent', async () => {
    const [stolen, phished, sessionless] = users.filter((user) => !locked.includes(user))
    assert.ok(stolen !== undefined && phished !== undefined && sessionless !== undefined)
    const session = `s-${users.indexOf(stolen)}`

    await report([
      ...users.slice(0, 200).map((user) => ({ type: 'signal', user, signal: { code: 'phishing-proxy' } })),
      { type: 'access', outcome, user: stolen, session, ...elsewhere },
      { type: 'login', outcome, user: phished, session: 's-thief', device: 'd-thief', ...elsewhere },
      { type: 'login', outcome, user: sessionless, ...elsewhere, signals: ['token-replay'] },
    ])
    await until(async () => (await statusOf(stolen, `session=${session}`)).lock?.scope === 'session')
    await until(async () => (await statusOf(phished, 'session=s-thief')).lock?.scope === 'session')
    await until(async () => (await statusOf(sessionless, 'session=any')).lock?.scope === 'user')
    assert.equal((await statusOf(phished, `session=s-${users.indexOf(phished)}`)).mfaVerified, true)
  })
})
