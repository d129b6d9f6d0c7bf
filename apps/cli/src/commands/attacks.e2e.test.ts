import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type BankAnswer, type BankCustomer, createBankCustomer } from '../testing/bank-customer.ts'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Judgement = Readonly<{ score: number; level: string; decision: string; signals: readonly { code: string }[] }>
type Step = Readonly<{ outcome: string; judgement?: Judgement }>
type Lock = Readonly<{ scope: string; session: string; level: string; challengeUri: string }>

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform({ demo: true })
})
after(async () => platform.stop())

/** A customer whose browser is familiar and who has a second factor, in two sessions; the second is the one in the browser. */
async function familiar(
  user: string,
  password: string,
): Promise<BankCustomer & { sessions: readonly [string, string] }> {
  const customer = createBankCustomer(platform, user, password)
  await customer.signIn()
  await customer.enrol()
  const sessions = [await customer.signIn(), await customer.signIn()] as const
  return { ...customer, sessions }
}

async function attack(customer: BankCustomer, kind: string): Promise<readonly Step[]> {
  const { status, body } = await customer.post('demo/attacks', { kind })
  assert.equal(status, 200)
  return (body as { steps: readonly Step[] }).steps
}

async function lockOf(user: string, session: string): Promise<Lock | undefined> {
  const headers = { authorization: `Bearer ${platform.key}` }
  const answer = await fetch(`${platform.url}/v1/users/${user}/status?session=${session}`, { headers })
  return ((await answer.json()) as { lock?: Lock }).lock
}

/** The lock of a session that the bank has refused already: every replica shows it, the others a moment later. */
async function lockSeen(user: string, session: string): Promise<Lock> {
  let lock: Lock | undefined
  await platform.untilTold(async () => (lock = await lockOf(user, session)) !== undefined)
  assert.ok(lock)
  return lock
}

async function putPolicy(policy: object): Promise<void> {
  const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' }
  const body = JSON.stringify(policy)
  const put = await fetch(`${platform.url}/v1/policy`, { method: 'PUT', headers, body })
  assert.equal(put.status, 200)
  const { hash } = (await put.json()) as { hash: string }
  await platform.untilTold(async () => {
    const inForce = await fetch(`${platform.url}/v1/policy`, { headers })
    return ((await inForce.json()) as { hash: string }).hash === hash
  })
}

/** What the one judgement of an attack said. */
function judgementOf(steps: readonly Step[]): object {
  const [judgement] = steps.flatMap((step) => step.judgement ?? [])
  assert.ok(judgement)
  const { score, level, decision } = judgement
  return { score, level, decision, signals: judgement.signals.map(({ code }) => code) }
}

const outcomes = (steps: readonly Step[]): readonly string[] => steps.map(({ outcome }) => outcome)

describe('the attacks of the demo bank', () => {
  test('a mass export from the own desk locks its session, which goes on once the person has proved to be one', async () => {
    const bob = await familiar('bob', 'battery-staple')
    const [other, session] = bob.sessions

    const steps = await attack(bob, 'export')
    // Nothing is odd but the export itself: the rule of the demo's policy asks.
    assert.partialDeepStrictEqual(judgementOf(steps), { level: 'LOW', decision: 'step-up' })
    assert.deepEqual(outcomes(steps), ['done', 'admitted', 'done', 'refused'])

    const lock = await lockSeen('bob', session)
    assert.deepEqual([lock.scope, lock.session], ['session', session])
    assert.equal(await lockOf('bob', other), undefined)
    for (const path of ['overview', 'transfers', 'customers/export'])
      assert.equal((await (path === 'overview' ? bob.get(path) : bob.post(path, {}))).status, 401, path)

    const proved = await bob.prove(lock.challengeUri)
    assert.deepEqual(sessionIn(proved), { id: session, ended: false })
    // The replica that the bank asks may hear of it a moment after the one that answered.
    await platform.untilTold(async () => (await bob.get('overview')).status === 200)
  })

  test('an impossible journey with the own browser is worth a note under balanced, and ends the session under strict', async () => {
    const alice = await familiar('alice', 'correct-horse')
    const [other, session] = alice.sessions
    const signals = ['travel.impossible', 'ip.unknown']

    const noted = await attack(alice, 'travel')
    assert.deepEqual(judgementOf(noted), { score: 60, level: 'MEDIUM', decision: 'notify', signals })
    assert.deepEqual(outcomes(noted), ['admitted', 'done', 'admitted'])
    assert.equal(await lockOf('alice', session), undefined)
    assert.equal((await alice.get('overview')).status, 200)

    await putPolicy({ profile: 'strict' })
    const locked = await attack(alice, 'travel')
    assert.deepEqual(judgementOf(locked), { score: 60, level: 'HIGH', decision: 'step-up', signals })
    assert.deepEqual(outcomes(locked), ['admitted', 'done', 'refused'])
    const lock = await lockSeen('alice', session)
    assert.deepEqual([lock.scope, lock.session, lock.level], ['session', session, 'HIGH'])
    assert.equal(await lockOf('alice', other), undefined)
    assert.equal((await alice.get('overview')).status, 401)

    // Who answers from home does not vouch for whoever was in Sydney.
    const proved = await alice.prove(lock.challengeUri)
    assert.deepEqual(sessionIn(proved), { id: session, ended: true })
    assert.equal((await alice.get('overview')).status, 401)
    const { mfaToken } = proved.body as { mfaToken: string }
    assert.equal((await alice.post('session/renew', { mfaToken })).status, 200)
    assert.equal((await alice.get('overview')).status, 200)
  })
})

function sessionIn({ status, body }: BankAnswer): unknown {
  assert.equal(status, 200, JSON.stringify(body))
  return (body as { session: unknown }).session
}
