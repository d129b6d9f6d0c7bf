import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { topicOf } from '@watchword/contracts'
import type { PolicyVersion } from '@watchword/policy'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { type CallResult, createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { policyOf } from '../testing/policy-of.ts'
import { worldWithSockets } from '../testing/socket-world.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { until } from '../testing/until.ts'

const hourMs = 3_600_000
const required = { secondFactor: [{ require: true }] }
const laptop = { client: 'always-on', user: 'alice', session: 'tunnel-1', device: 'd-laptop' } as const
const browser = { client: 'interactive', user: 'alice', session: 's-1', signIn: 'accepted' } as const

function connect({ call }: GuardWorld, body: object, headers: Readonly<Record<string, string>> = {}) {
  return call('POST', '/v1/connections', { body, headers })
}

/** A world whose policy trusts one authority, which it can put another policy into. */
async function worldWithAuthority(t: TestContext) {
  let policy: PolicyVersion = policyOf(required)
  const world = await createGuardWorld(t, { policy: () => policy })
  const ca = await createTestAuthority(world.clock.now())
  const authorities = [{ name: 'laptops', certificate: ca.pem }]
  const put = (revoked: readonly object[]): void => {
    policy = policyOf({ ...required, clients: { authorities, revoked } })
  }
  put([])
  return { world, ca, put, certificate: { 'client-cert': await ca.issue({ serial: '0A' }) } }
}

/** Alice answers the lock of this session from this device. */
async function verify(world: GuardWorld, code: string, session: string, device = 'd-laptop'): Promise<void> {
  const lock = await lockOf(world, 'alice', `?session=${session}`)
  const challenge = await challengeFor(world, lock)
  const { status, text } = await respond(world, challenge, { code, context: { device } })
  assert.equal(status, 200, text)
}

function outcomeOf({ status, body }: CallResult): readonly unknown[] {
  return [status, body['outcome'] ?? body['code'], body['because']]
}

/** What the log says of the attempts of a user. */
async function decisionsOf({ log, codecs }: GuardWorld, user = 'alice') {
  const topic = topicOf('session')
  const partitions = await log.ends(topic)
  const records = await Promise.all(partitions.map((_, partition) => log.read(topic, partition, 0, 1_000)))
  return records.flat().flatMap(({ value }) => {
    const record = value === null ? undefined : codecs.session.decode(value)
    return record?.user === user && record.body.type === 'admission-decided' ? [record.body.data] : []
  })
}

test('an always-on client is asked for no credentials, is held until its user has verified, and then connects', async (t) => {
  const { world, certificate } = await worldWithAuthority(t)
  const { code } = await enrolled(world)
  let answered = false
  const held = connect(world, laptop, { ...certificate, prefer: 'wait=30' }).finally(() => (answered = true))
  const lock = await lockOf(world, 'alice', '?session=tunnel-1')
  assert.equal(answered, false)
  assert.match(lock, /^l-/)
  await verify(world, code(), 'tunnel-1')
  const admitted = await held
  assert.deepEqual(outcomeOf(admitted), [200, 'admitted', 'window-active'])
  assert.deepEqual(admitted.body['secondFactor'], { status: 'required', level: 'tenant' })
  assert.equal(typeof admitted.body['verifiedUntil'], 'string')
})

test('reconnects of the device within the window need no new proof, after it they do', async (t) => {
  const { world, certificate } = await worldWithAuthority(t)
  const { code } = await enrolled(world)
  await connect(world, laptop, certificate)
  await verify(world, code(), 'tunnel-1')
  const again = { ...laptop, session: 'tunnel-2' }
  world.clock.advance(8 * hourMs - 1_000)
  assert.deepEqual(outcomeOf(await connect(world, again, certificate)), [200, 'admitted', 'window-active'])
  world.clock.advance(1_000)
  assert.deepEqual(outcomeOf(await connect(world, again, certificate)), [202, 'pending', 'second-factor-pending'])
})

test('who waits is told when the time is over, and what for', async (t) => {
  const { world, certificate } = await worldWithAuthority(t)
  const held = connect(world, laptop, { ...certificate, prefer: 'wait=30' })
  const lock = await lockOf(world, 'alice', '?session=tunnel-1')
  world.clock.advance(30_000)
  const pending = await held
  assert.deepEqual(outcomeOf(pending), [202, 'pending', 'second-factor-pending'])
  assert.partialDeepStrictEqual(pending.body['lock'], { id: lock, by: 'requirement', scope: 'session' })
  assert.equal(pending.headers['retry-after'], '1')
})

test('what was good when the wait began is looked at again when it ends', async (t) => {
  const { world, certificate, put } = await worldWithAuthority(t)
  const { code } = await enrolled(world)
  const held = connect(world, laptop, { ...certificate, prefer: 'wait=30' })
  await lockOf(world, 'alice', '?session=tunnel-1')
  put([{ authority: 'laptops', serial: '0a', reason: 'stolen', owner: 'it-sec' }])
  await verify(world, code(), 'tunnel-1')
  assert.deepEqual(outcomeOf(await held), [403, 'not-admitted', 'credentials-rejected'])
  const last = (await decisionsOf(world)).at(-1)
  assert.partialDeepStrictEqual(last, { outcome: 'refused', fault: 'certificate-revoked' })
})

test('a session that ends while its client waits is refused', async (t) => {
  const { world, certificate } = await worldWithAuthority(t)
  const held = connect(world, laptop, { ...certificate, prefer: 'wait=30' })
  await lockOf(world, 'alice', '?session=tunnel-1')
  await world.call('DELETE', '/v1/sessions/tunnel-1?user=alice')
  assert.deepEqual(outcomeOf(await held), [403, 'not-admitted', 'session-ended'])
})

test('whoever tries a certificate hears one word, and the log each reason', async (t) => {
  const { world, certificate, ca } = await worldWithAuthority(t)
  const stranger = await createTestAuthority(world.clock.now())
  const tries = [
    [{}, 'certificate-missing'],
    [{ 'client-cert': 'x' }, 'certificate-malformed'],
    [{ 'client-cert': await stranger.issue() }, 'unknown-authority'],
    [{ 'client-cert': await ca.issue({ subject: 'CN=bob' }) }, 'certificate-wrong-user'],
  ] as const
  for (const [headers] of tries)
    assert.deepEqual(outcomeOf(await connect(world, laptop, headers)), [403, 'not-admitted', 'credentials-rejected'])
  assert.deepEqual(
    (await decisionsOf(world)).map(({ fault }) => fault),
    tries.map(([, fault]) => fault),
  )
  const metrics = await world.metrics.metrics()
  for (const [, fault] of tries)
    assert.ok(metrics.includes(`watchword_client_certificates_refused_total{reason="${fault}"} 1`), fault)
  assert.ok(!world.logText().includes(certificate['client-cert'].slice(1, 80)), 'no certificate in the log')
})

test('nobody is asked for a second factor whose credentials were not accepted', async (t) => {
  const world = await createGuardWorld(t, { policy: policyOf(required) })
  for (const [signIn, because] of [
    ['rejected', 'credentials-rejected'],
    ['unknown-user', 'user-mismatch'],
  ] as const)
    assert.deepEqual(outcomeOf(await connect(world, { ...browser, signIn })), [403, 'not-admitted', because])
  assert.equal((await world.call('GET', '/v1/users/alice/status')).body['locked'], false)
})

test('every way not to be asked is refused, kept on the log and counted: unreachable is not trusted, nor is off', async (t) => {
  const policy = policyOf({ secondFactor: [{ app: 'wiki', require: true }] })
  const world = await createGuardWorld(t, { policy })
  const tries = [
    [{ signIn: 'unknown-user' }, 'user-mismatch'],
    [{ reachable: false }, 'unreachable'],
    [{}, 'second-factor-off'],
  ] as const
  for (const [over, because] of tries)
    assert.deepEqual(outcomeOf(await connect(world, { ...browser, ...over })), [403, 'not-admitted', because])
  assert.deepEqual(
    (await decisionsOf(world)).map(({ outcome, because }) => [outcome, because]),
    tries.map(([, because]) => ['refused', because]),
  )
  const metrics = await world.metrics.metrics()
  for (const [, because] of tries)
    assert.match(
      metrics,
      new RegExp(`watchword_admissions_total\\{client="interactive",outcome="refused",because="${because}"\\} 1`),
    )
  assert.equal(world.logText().split('cannot be asked for a second factor').length - 1, 3)
})

test('an exception lets in, and says on the log who answers for it', async (t) => {
  const exception = {
    user: 'alice',
    require: false,
    owner: 'it-sec',
    reason: 'no phone yet',
    expires: '2999-01-01T00:00:00Z',
  }
  const world = await createGuardWorld(t, { policy: policyOf({ secondFactor: [{ require: true }, exception] }) })
  const { status, body } = await connect(world, browser)
  assert.equal(status, 200)
  assert.deepEqual(body['secondFactor'], { status: 'waived', level: 'user' })
  const [kept] = await decisionsOf(world)
  assert.partialDeepStrictEqual(kept, { because: 'waived', level: 'user', owner: 'it-sec', reason: 'no phone yet' })
})

test('a user who must change the password is led through: credentials, second factor, change, and on', async (t) => {
  const resources = [{ path: '/account/password', class: 'password-change' }]
  const world = await createGuardWorld(t, { policy: policyOf({ ...required, resources }) })
  const { code } = await enrolled(world)
  const first = { ...browser, signIn: 'password-change-required' }
  const form = { ...first, resource: '/account/password' }
  assert.equal((await connect(world, { ...form, signIn: 'rejected' })).status, 403)
  assert.deepEqual(outcomeOf(await connect(world, form)), [202, 'pending', 'second-factor-pending'])
  await verify(world, code(), 's-1')
  assert.deepEqual(outcomeOf(await connect(world, first)), [403, 'not-admitted', 'password-change-required'])
  assert.deepEqual(outcomeOf(await connect(world, form)), [200, 'admitted', 'window-active'])
  assert.deepEqual(outcomeOf(await connect(world, browser)), [200, 'admitted', 'window-active'])
})

test('somebody without a factor enrols the first one by the backend’s ticket while they wait', async (t) => {
  const world = await createGuardWorld(t, { policy: policyOf(required) })
  const { body } = await connect(world, browser)
  assert.equal(body['outcome'], 'pending')
  const { body: minted } = await world.call('POST', '/v1/tickets', {
    body: { user: 'alice', session: 's-1', purpose: 'enrol' },
  })
  const { status } = await world.call('POST', '/v1/users/alice/factors/totp', {
    key: String(minted['ticket']),
    headers: { origin: 'https://bank.example' },
  })
  assert.equal(status, 201)
})

test('voice connects while data waits, and no longer once the session is locked for a cause', async (t) => {
  const policy = policyOf({ ...required, resources: [{ path: '/voice/**', class: 'exempt' }] })
  const world = await createGuardWorld(t, { policy })
  const voice = { ...browser, resource: '/voice/call' }
  assert.deepEqual(outcomeOf(await connect(world, browser)), [202, 'pending', 'second-factor-pending'])
  assert.deepEqual(outcomeOf(await connect(world, voice)), [200, 'admitted', 'exempt'])
  await world.demand('alice', { session: 's-1' })
  await until(async () => (await connect(world, voice)).status === 202)
  assert.deepEqual(outcomeOf(await connect(world, voice)), [202, 'pending', 'locked'])
})

test('subscribers hear of the client that waits, and of its release', async (t) => {
  const world = await worldWithSockets(t, { policy: policyOf(required) })
  const { code } = await enrolled(world)
  const client = world.connect()
  client.subscribe('alice')
  await client.next('state')
  await connect(world, browser)
  assert.partialDeepStrictEqual(await client.next('mfa-required'), { lock: { session: 's-1', by: 'requirement' } })
  await verify(world, code(), 's-1')
  assert.partialDeepStrictEqual(await client.next('unlocked'), { by: 'verification' })
})

test('a guard that stops lets those go who wait', async (t) => {
  const world = await createGuardWorld(t, { policy: policyOf(required) })
  const held = connect(world, browser, { prefer: 'wait=30' })
  await lockOf(world, 'alice', '?session=s-1')
  await world.server.close()
  assert.equal((await held).status, 202)
})

test('fields of one kind of client are refused for the other', async (t) => {
  const { world } = await worldWithAuthority(t)
  const { signIn: _, ...unsigned } = browser
  const pointerOf = ({ body }: CallResult) => (body['errors'] as { pointer: string }[])[0]?.pointer
  assert.equal(pointerOf(await connect(world, unsigned)), '/signIn')
  assert.equal(pointerOf(await connect(world, { ...laptop, signIn: 'accepted' })), '/signIn')
  assert.equal((await connect(world, { ...browser, class: 'exempt' })).status, 422)
})
