import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { topicOf } from '@watchword/contracts'
import { decodeJwt } from 'jose'
import { challengeFor, enrolled, lockOf, respond } from '../../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld, thief } from '../../testing/guard-world.ts'
import { registered, webauthnChallengeFor } from '../../testing/registered.ts'
import type { AuthenticatorOptions, Said } from '../../testing/software-authenticator.ts'

const context = { ip: '203.0.113.9', device: thief.device }

/** A locked user with a passkey. */
async function lockedWithPasskey(t: TestContext, options: AuthenticatorOptions = {}) {
  const world = await createGuardWorld(t)
  const passkey = await registered(world, 'alice', options)
  await world.demand('alice')
  return { world, ...passkey, lock: await lockOf(world) }
}

for (const [name, options, amr] of [
  ['a security key (ES256)', { algorithm: 'ES256' }, ['pop', 'hwk', 'user', 'mfa']],
  ['a synced passkey (EdDSA)', { algorithm: 'EdDSA', backupEligible: true, counts: 0 }, ['pop', 'swk', 'user', 'mfa']],
] as const) {
  test(`${name} opens the session, again and again`, async (t) => {
    const { world, authenticator, lock } = await lockedWithPasskey(t, options)
    const { challenge, options: asked } = await webauthnChallengeFor(world, lock)
    assert.partialDeepStrictEqual(asked, {
      rpId: 'bank.example',
      userVerification: 'required',
      allowCredentials: [{ id: authenticator.credential, type: 'public-key' }],
    })
    const answer = await respond(world, challenge, { assertion: authenticator.get(asked), context })
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(answer.body['session'], { id: 's-91', ended: false })
    const claims = decodeJwt(String(answer.body['mfaToken']))
    assert.partialDeepStrictEqual(claims, { acr: 'phr', amr: [...amr], lock_id: lock, sub: 'alice' })

    await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
    const again = await webauthnChallengeFor(world, await lockOf(world))
    const second = await respond(world, again.challenge, { assertion: authenticator.get(again.options) })
    assert.equal(second.status, 200, second.text)
  })
}

const lies: Readonly<Record<string, Partial<Said>>> = {
  'wrong-type': { type: 'webauthn.create' },
  'wrong-challenge': { challenge: Buffer.alloc(32, 1).toString('base64url') },
  'wrong-origin': { origin: 'https://bank.example.evil' },
  'cross-origin': { crossOrigin: true, topOrigin: 'https://evil.example' },
  'wrong-rp': { rpId: 'evil.example' },
  'user-absent': { userPresent: false },
  'user-not-verified': { userVerified: false },
  'wrong-user': { userHandle: Buffer.from('somebody else').toString('base64url') },
  'wrong-backup-state': { backupEligible: true },
  'wrong-signature': {
    spoil: (bytes) => Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
  },
  'credential-unknown': { id: Buffer.alloc(32, 7).toString('base64url') },
}

async function assertRefused(t: TestContext, reason: string, lie: Partial<Said>): Promise<void> {
  const { world, authenticator, lock } = await lockedWithPasskey(t)
  const { challenge, options } = await webauthnChallengeFor(world, lock)
  const refused = await respond(world, challenge, { assertion: authenticator.get(options, lie), context })
  assert.equal(refused.status, 401, refused.text)
  assert.partialDeepStrictEqual(refused.body, { code: 'verification-failed', attemptsLeft: 4 })
  assert.equal(refused.text.includes(reason), false)
  assert.match(
    await world.metrics.metrics(),
    new RegExp(`refused_total\\{ceremony="assertion",reason="${reason}"\\} 1`),
  )
  assert.match(world.logText(), new RegExp(`"fault":"${reason}"`))
  assert.deepEqual(await failuresOf(world), [reason])
  const { body } = await world.call('GET', '/v1/users/alice/status?session=s-91')
  assert.equal(body['locked'], true)
}

for (const [reason, lie] of Object.entries(lies))
  test(`an assertion with one thing wrong is refused as ${reason}, and whoever sent it does not hear which`, (t) =>
    assertRefused(t, reason, lie))

test('a key that is said to be none, or an assertion that nobody can read, is refused as credential-malformed', async (t) => {
  const { world, authenticator, lock } = await lockedWithPasskey(t)
  for (const change of [{ type: 'password' }, { rawId: 'AAAA' }, { response: { authenticatorData: 'AAAA' } }]) {
    const { challenge, options } = await webauthnChallengeFor(world, lock)
    const right = authenticator.get(options)
    const response = { ...(right['response'] as object), ...change.response }
    const refused = await respond(world, challenge, { assertion: { ...right, ...change, response } })
    assert.equal(refused.status, 401, refused.text)
  }
  assert.deepEqual(new Set(await failuresOf(world)), new Set(['credential-malformed']))
})

/** What the record says of each wrong answer. */
async function failuresOf({ log, codecs }: GuardWorld, user = 'alice'): Promise<readonly string[]> {
  const topic = topicOf('session')
  const records = await log.read(topic, log.partitionFor(topic, `demo:${user}`), 0, 1000)
  return records
    .map(({ value }) => codecs.session.decode(value ?? new Uint8Array()).body)
    .flatMap((body) => (body.type === 'verification-failed' ? [body.data.reason] : []))
}

test('an origin that only whoever sent it has changed is a wrong signature: nobody reports a phishing page without the key', async (t) => {
  const { world, authenticator, lock } = await lockedWithPasskey(t)
  const { challenge, options } = await webauthnChallengeFor(world, lock)
  const assertion = authenticator.get(options)
  const response = assertion['response'] as { clientDataJSON: string }
  const said = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString()) as object
  const clientDataJSON = Buffer.from(JSON.stringify({ ...said, origin: 'https://evil.example' })).toString('base64url')
  await respond(world, challenge, { assertion: { ...assertion, response: { ...response, clientDataJSON } } })
  assert.deepEqual(await failuresOf(world), ['wrong-signature'])
})

test('one hundred uses of one assertion at once, over two replicas, are one success', async (t) => {
  const { world, authenticator, lock } = await lockedWithPasskey(t, { counts: 0 })
  const other = await createGuardWorld(t, { after: world })
  const { challenge, options } = await webauthnChallengeFor(world, lock)
  const body = { assertion: authenticator.get(options), context }
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      respond(index % 2 === 0 ? world : other, challenge, body, { key: world.key }),
    ),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.ok(answers.every(({ status }) => status === 200 || status === 409))
})

test('an assertion answers the challenge it was made for: not that of another lock, version, user or session, and not later', async (t) => {
  const { world, authenticator, lock } = await lockedWithPasskey(t, { counts: 0 })
  await world.demand('alice', { session: 's-2', activity: 'act-2' })
  const other = await lockOf(world, 'alice', '?session=s-2')
  const [one, two] = [await webauthnChallengeFor(world, lock), await webauthnChallengeFor(world, other)]
  const swapped = await respond(world, two.challenge, { assertion: authenticator.get(one.options), context })
  assert.equal(swapped.status, 401)
  const bob = await registered(world, 'bob')
  await world.demand('bob')
  const his = await webauthnChallengeFor(world, await lockOf(world, 'bob'))
  const stolen = await respond(world, his.challenge, { assertion: authenticator.get(his.options), context })
  assert.equal(stolen.status, 401, 'a valid passkey of another user')
  assert.ok(bob.factor !== '')
  const late = authenticator.get(one.options)
  world.clock.advance(300_000)
  assert.equal((await respond(world, one.challenge, { assertion: late, context })).status, 409)
})

test('a challenge takes one assertion, right or wrong', async (t) => {
  const { world, authenticator, lock } = await lockedWithPasskey(t)
  const { challenge, options } = await webauthnChallengeFor(world, lock)
  const wrong = authenticator.get(options, { userVerified: false })
  assert.equal((await respond(world, challenge, { assertion: wrong })).status, 401)
  const right = await respond(world, challenge, { assertion: authenticator.get(options), context })
  assert.deepEqual([right.status, right.body['code']], [409, 'stale-challenge'])
})

test('a signature counter never goes back, as the record says and not a replica: a copied key is found out', async (t) => {
  const { world, authenticator, lock } = await lockedWithPasskey(t)
  const first = await webauthnChallengeFor(world, lock)
  await respond(world, first.challenge, { assertion: authenticator.get(first.options, { counter: 41 }), context })
  const answerWith = async (counter: number): Promise<number> => {
    await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
    const { challenge, options } = await webauthnChallengeFor(world, await lockOf(world))
    return (await respond(world, challenge, { assertion: authenticator.get(options, { counter }) })).status
  }
  assert.equal(await answerWith(41), 401)
  assert.equal(await answerWith(0), 401)
  assert.deepEqual(await failuresOf(world), ['counter-not-risen', 'counter-not-risen'])
  assert.match(await world.metrics.metrics(), /refused_total\{ceremony="assertion",reason="counter-not-risen"\} 2/)
  assert.match(world.logText(), /"fault":"counter-not-risen"/)
  assert.equal(await answerWith(42), 200, 'the owner goes on')
})

test('a passkey that is backed up from now on, or no longer, answers, and whoever judges next hears of it', async (t) => {
  const { world, authenticator } = await lockedWithPasskey(t, { algorithm: 'EdDSA', backupEligible: true, counts: 0 })
  const answerWith = async (backedUp: boolean): Promise<void> => {
    const { challenge, options } = await webauthnChallengeFor(world, await lockOf(world))
    const answer = await respond(world, challenge, { assertion: authenticator.get(options, { backedUp }), context })
    assert.equal(answer.status, 200, answer.text)
    const { body } = await world.call('GET', '/v1/users/alice/factors')
    assert.partialDeepStrictEqual(body['items'], [{ kind: 'webauthn', backedUp }])
    await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  }
  for (const backedUp of [true, false, false, true]) await answerWith(backedUp)
  const { log, codecs } = world
  const topic = topicOf('activity')
  const reasons = (await log.read(topic, log.partitionFor(topic, 'demo:alice'), 0, 1000))
    .map(({ value }) => codecs.activity.decode(value ?? new Uint8Array()).body)
    .flatMap((body) => (body.type === 'verification' && body.data.kind === 'passed' ? [body.data.reason] : []))
  assert.deepEqual(reasons, [null, 'backup-state-changed', null, 'backup-state-changed'])
})

test('a lock that asks for a passkey takes neither a code nor a recovery code, however right', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  const { authenticator } = await registered(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const early = await challengeFor(world, lock)
  await world.demand('alice', { factors: ['webauthn'], activity: 'act-2' })
  const narrowed = async (): Promise<readonly string[]> =>
    ((await world.call('GET', '/v1/users/alice/status')).body['lock'] as { factors: string[] }).factors
  while ((await narrowed()).length > 1);
  for (const factor of ['totp', 'recovery-code'])
    assert.equal((await world.call('POST', `/v1/locks/${lock}/challenges`, { body: { factor } })).status, 422)
  assert.equal((await respond(world, early, { code: code(), context })).status, 409)
  const { challenge, options } = await webauthnChallengeFor(world, lock)
  assert.equal((await respond(world, challenge, { code: code() })).status, 422)
  assert.equal((await respond(world, challenge, { assertion: authenticator.get(options), context })).status, 200)
})

test('whoever guesses codes does not keep the owner of a passkey out', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  const { authenticator } = await registered(world)
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  const lock = await lockOf(world)
  const wrong = code() === '000000' ? '000001' : '000000'
  for (const left of [4, 3, 2, 1, 0])
    assert.equal((await respond(world, await challengeFor(world, lock), { code: wrong })).body['attemptsLeft'], left)
  assert.equal((await world.call('POST', `/v1/locks/${lock}/challenges`, { body: { factor: 'totp' } })).status, 429)
  const junk = await webauthnChallengeFor(world, lock)
  const failing = await respond(world, junk.challenge, { assertion: authenticator.get(junk.options, { origin: 'x' }) })
  assert.equal(failing.status, 429)
  const { challenge, options } = await webauthnChallengeFor(world, lock)
  const answer = await respond(world, challenge, { assertion: authenticator.get(options) })
  assert.equal(answer.status, 200, answer.text)
})

test('a repeated answer gets the same token, from another process too', async (t) => {
  const { world, authenticator, lock } = await lockedWithPasskey(t, { backupEligible: true })
  const { challenge, options } = await webauthnChallengeFor(world, lock)
  const body = { assertion: authenticator.get(options), context }
  const headers = { 'idempotency-key': 'k' }
  const first = await respond(world, challenge, body, { headers })
  await world.guard.stop()
  const other = await createGuardWorld(t, { after: world })
  const again = await respond(other, challenge, body, { key: world.key, headers })
  assert.deepEqual([again.status, again.body], [200, first.body])
})

test('a passkey of another app of the tenant answers for its own domain alone', async (t) => {
  const world = await createGuardWorld(t)
  await registered(world)
  const key = await world.keyOf('demo', 'shop')
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  const lock = await lockOf(world)
  const refused = await world.call('POST', `/v1/locks/${lock}/challenges`, { key, body: { factor: 'webauthn' } })
  assert.deepEqual([refused.status, refused.body['code']], [409, 'no-factor'])
})
