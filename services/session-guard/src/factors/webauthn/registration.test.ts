import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lockOf } from '../../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld } from '../../testing/guard-world.ts'
import { creationOptionsFor, registered } from '../../testing/registered.ts'
import { createSoftwareAuthenticator, type Said } from '../../testing/software-authenticator.ts'

const path = '/v1/users/alice/factors/webauthn'

async function factorsOf({ call }: GuardWorld, user = 'alice'): Promise<readonly Record<string, unknown>[]> {
  return (await call('GET', `/v1/users/${user}/factors`)).body['items'] as Record<string, unknown>[]
}

test('a passkey is registered for the domain of the app, and counts at once', async (t) => {
  const world = await createGuardWorld(t)
  const options = (await creationOptionsFor(world)) as Record<string, unknown>
  assert.partialDeepStrictEqual(options, {
    rp: { id: 'bank.example', name: 'bank' },
    user: { name: 'alice' },
    excludeCredentials: [],
    attestation: 'none',
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    timeout: 300_000,
  })
  const { factor } = await registered(world)
  const [listed] = await factorsOf(world)
  assert.partialDeepStrictEqual(listed, { factor, kind: 'webauthn', status: 'active', name: 'key' })
})

test('several authenticators of one user are told apart, and none is registered twice', async (t) => {
  const world = await createGuardWorld(t)
  const first = await registered(world, 'alice', { algorithm: 'EdDSA' })
  const options = await creationOptionsFor(world)
  assert.partialDeepStrictEqual(options, {
    excludeCredentials: [{ id: first.authenticator.credential, type: 'public-key', transports: ['usb'] }],
  })
  await registered(world, 'alice', { backupEligible: true, counts: 0 })
  assert.equal((await factorsOf(world)).length, 2)
  const again = first.authenticator.create(options)
  const refused = await world.call('POST', path, { body: { credential: again } })
  assert.deepEqual([refused.status, refused.body['code']], [409, 'duplicate-factor'])
})

test('the account has one name among the passkeys of a device, which does not say whose it is', async (t) => {
  const world = await createGuardWorld(t)
  const handleOf = async (user: string): Promise<string> =>
    ((await creationOptionsFor(world, user)) as { user: { id: string } }).user.id
  const handle = await handleOf('alice')
  assert.equal(Buffer.from(handle, 'base64url').length, 32)
  await registered(world)
  assert.equal(await handleOf('alice'), handle)
  assert.notEqual(await handleOf('bob'), handle)
})

const lies: Readonly<Record<string, Partial<Said>>> = {
  'wrong-type': { type: 'webauthn.get' },
  'wrong-challenge': { challenge: Buffer.from('another challenge').toString('base64url') },
  'wrong-origin': { origin: 'https://bank.example.evil' },
  'cross-origin': { crossOrigin: true },
  'wrong-rp': { rpId: 'evil.example' },
  'user-absent': { userPresent: false },
  'user-not-verified': { userVerified: false },
  'wrong-backup-state': { backedUp: true },
  'wrong-algorithm': { alg: -36 },
  'attestation-not-asked': { fmt: 'packed', attStmt: new Map([['x5c', []]]) },
  'wrong-signature': {
    fmt: 'packed',
    attStmt: new Map<string, unknown>([
      ['alg', -7],
      ['sig', new Uint8Array(70)],
    ]),
  },
  'credential-malformed': { spoil: (bytes) => bytes.slice(0, -10) },
}

for (const [reason, lie] of Object.entries(lies)) {
  test(`a registration with one thing wrong is refused as ${reason}, and whoever sent it does not hear which`, async (t) => {
    const world = await createGuardWorld(t)
    const credential = createSoftwareAuthenticator().create(await creationOptionsFor(world), lie)
    const refused = await world.call('POST', path, { body: { credential } })
    assert.deepEqual([refused.status, refused.body['code']], [401, 'verification-failed'])
    assert.equal(refused.text.includes(reason), false)
    assert.match(
      await world.metrics.metrics(),
      new RegExp(`refused_total\\{ceremony="registration",reason="${reason}"\\} 1`),
    )
    assert.match(world.logText(), new RegExp(`"fault":"${reason}"`))
    assert.deepEqual(await factorsOf(world), [])
  })
}

test('one hundred uses of one registration at once are one factor', async (t) => {
  const world = await createGuardWorld(t)
  const credential = createSoftwareAuthenticator().create(await creationOptionsFor(world))
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => world.call('POST', path, { body: { credential } })),
  )
  assert.equal(answers.filter(({ status }) => status === 201).length, 1)
  assert.ok(answers.every(({ status }) => status === 201 || status === 409))
  assert.equal((await factorsOf(world)).length, 1)
})

test('the challenge of a registration makes one factor, also when that was removed since', async (t) => {
  const world = await createGuardWorld(t)
  const options = await creationOptionsFor(world)
  const credential = createSoftwareAuthenticator().create(options)
  const made = await world.call('POST', path, { body: { credential } })
  await world.call('DELETE', `/v1/users/alice/factors/${String(made.body['factor'])}`)
  assert.equal((await world.call('POST', path, { body: { credential } })).status, 409)
  const other = createSoftwareAuthenticator().create(options)
  const taken = await world.call('POST', path, { body: { credential: other } })
  assert.deepEqual([taken.status, taken.body['code']], [409, 'stale-challenge'])
})

test('a registration is for one user and app, for as long as a challenge lives', async (t) => {
  const world = await createGuardWorld(t)
  const credential = createSoftwareAuthenticator().create(await creationOptionsFor(world))
  assert.equal((await world.call('POST', '/v1/users/bob/factors/webauthn', { body: { credential } })).status, 401)
  const key = await world.keyOf('demo', 'shop')
  assert.equal((await world.call('POST', path, { key, body: { credential } })).status, 401)
  const rival = await world.keyOf('rival', 'bank')
  assert.equal((await world.call('POST', path, { key: rival, body: { credential } })).status, 401)
  world.clock.advance(300_000)
  assert.equal((await world.call('POST', path, { body: { credential } })).status, 409)
})

test('a passkey is not registered while locked, save the first by a ticket of the backend', async (t) => {
  const world = await createGuardWorld(t)
  const before = createSoftwareAuthenticator().create(await creationOptionsFor(world))
  await world.demand('alice')
  await lockOf(world)
  const refused = await world.call('POST', `${path}/options`)
  assert.deepEqual([refused.status, refused.body['code']], [409, 'locked'])
  assert.equal((await world.call('POST', path, { body: { credential: before } })).status, 409)

  const ticketBody = { user: 'alice', session: 's-91', purpose: 'enrol', context: { device: 'd-thief' } }
  const { ticket } = (await world.call('POST', '/v1/tickets', { body: ticketBody })).body
  const begun = await world.call('POST', `${path}/options`, {
    key: '',
    headers: { authorization: `Ticket ${String(ticket)}` },
  })
  assert.equal(begun.status, 201, begun.text)
  const headers = { 'x-watchword-capability': String(begun.headers['x-watchword-capability']) }
  const credential = createSoftwareAuthenticator().create(begun.body['options'])
  assert.equal((await world.call('POST', path, { key: '', headers, body: { credential } })).status, 201)
  assert.equal((await world.call('POST', `${path}/options`, { key: '', headers })).status, 409)
})

test('an app without a domain of its own has no passkeys', async (t) => {
  const world = await createGuardWorld(t)
  await world.access.putApp('demo', { id: 'bank', origins: ['https://a.example', 'https://b.example'] })
  assert.equal((await world.call('POST', `${path}/options`)).status, 409)
  await world.access.putApp('demo', { id: 'bank', origins: ['http://127.0.0.1:8080', 'http://[::1]:8080'] })
  assert.equal((await world.call('POST', `${path}/options`)).status, 409)
  const local = ['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080']
  await world.access.putApp('demo', { id: 'bank', origins: local })
  assert.partialDeepStrictEqual(await creationOptionsFor(world), { rp: { id: 'localhost' } })
  await world.access.putApp('demo', { id: 'bank', origins: ['https://a.bank.example'], rpId: 'bank.example' })
  const options = await creationOptionsFor(world)
  assert.partialDeepStrictEqual(options, { rp: { id: 'bank.example' } })
})

test('a policy may take an authenticator that does not verify the person', async (t) => {
  const { builtInPolicy } = await import('@watchword/policy')
  const policy = builtInPolicy()
  const { source } = policy
  const verification = { ...source.verification, userVerification: 'preferred' } as const
  const world = await createGuardWorld(t, { policy: { ...policy, source: { ...source, verification } } })
  const credential = createSoftwareAuthenticator().create(await creationOptionsFor(world), { userVerified: false })
  assert.equal((await world.call('POST', path, { body: { credential } })).status, 201)
})
