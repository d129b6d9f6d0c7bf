import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logTopics, topicOf } from '@watchword/contracts'
import { ScureBase32Plugin } from 'otplib'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld, thief } from '../testing/guard-world.ts'

test('enrolling shows the secret once, and the list never', async (t) => {
  const world = await createGuardWorld(t)
  const { body } = await world.call('POST', '/v1/users/alice/factors/totp', { body: { name: 'phone' } })
  assert.match(String(body['uri']), /^otpauth:\/\/totp\/bank:alice\?secret=[A-Z2-7]{32}&issuer=bank/)
  assert.match(String(body['qr']), /^data:image\/svg\+xml;base64,/)
  const list = await world.call('GET', '/v1/users/alice/factors')
  assert.partialDeepStrictEqual(list.body, {
    items: [{ factor: body['factor'], kind: 'totp', status: 'pending', name: 'phone' }],
  })
  assert.equal(list.text.includes(String(body['secret'])), false)
  assert.equal(list.text.includes('sealed'), false)
  const { factor } = await enrolled(world)
  assert.equal((await world.call('DELETE', `/v1/users/alice/factors/${factor}`)).status, 204)
  assert.equal((await world.call('DELETE', `/v1/users/alice/factors/${factor}`)).status, 404)
})

test('whatever the app and the user are called, the QR code has room for it', async (t) => {
  const world = await createGuardWorld(t)
  for (const name of ['👾'.repeat(100), '字'.repeat(200), 'a:b'.repeat(66)]) {
    await world.access.putApp('demo', { id: 'bank', name })
    const path = `/v1/users/${encodeURIComponent('字'.repeat(85))}/factors/totp`
    const { status, body } = await world.call('POST', path, { body: {} })
    assert.equal(status, 201)
    const issuer = new URL(String(body['uri'])).searchParams.get('issuer')
    assert.deepEqual(issuer, Array.from(name.replaceAll(':', ' ')).slice(0, 50).join(''))
  }
})

test('no factor is enrolled or removed while locked, save the first by a ticket of the backend', async (t) => {
  const world = await createGuardWorld(t)
  await world.demand('alice')
  const lock = await lockOf(world)
  const refused = await world.call('POST', '/v1/users/alice/factors/totp')
  assert.deepEqual([refused.status, refused.body['code']], [409, 'locked'])
  const ticketBody = {
    user: 'alice',
    session: 's-91',
    purpose: 'enrol',
    context: { ip: '203.0.113.9', device: thief.device },
  }
  const { ticket } = (await world.call('POST', '/v1/tickets', { body: ticketBody })).body
  const started = await world.call('POST', '/v1/users/alice/factors/totp', {
    key: '',
    headers: { authorization: `Ticket ${String(ticket)}` },
  })
  assert.equal(started.status, 201, started.text)
  const headers = { 'x-watchword-capability': String(started.headers['x-watchword-capability']) }
  const { factor, code } = await enrolledBy(world, started.body, headers)
  assert.equal(
    (await world.call('POST', '/v1/users/alice/factors/totp', { key: '', headers })).status,
    409,
    'the second one is not the first',
  )
  assert.equal((await world.call('DELETE', `/v1/users/alice/factors/${factor}`)).status, 409)
  const answer = await respond(world, await challengeFor(world, lock), {
    code: code(),
    context: { ip: '203.0.113.9', device: thief.device },
  })
  assert.equal(answer.status, 200, answer.text)
})

test('what a thief got for a stolen session adds and removes no factor once the session has ended', async (t) => {
  const world = await createGuardWorld(t)
  const { factor } = await enrolled(world)
  const { ticket } = (
    await world.call('POST', '/v1/tickets', { body: { user: 'alice', session: 's-91', purpose: 'enrol' } })
  ).body
  const listed = await world.call('GET', '/v1/users/alice/factors', {
    key: '',
    headers: { authorization: `Ticket ${String(ticket)}` },
  })
  const headers = { 'x-watchword-capability': String(listed.headers['x-watchword-capability']) }
  assert.equal((await world.call('DELETE', '/v1/sessions/s-91?user=alice')).status, 204)
  assert.equal((await world.call('POST', '/v1/users/alice/factors/totp', { key: '', headers })).status, 409)
  assert.equal((await world.call('DELETE', `/v1/users/alice/factors/${factor}`, { key: '', headers })).status, 409)
})

async function enrolledBy(
  world: Awaited<ReturnType<typeof createGuardWorld>>,
  body: Record<string, unknown>,
  headers: Record<string, string>,
) {
  const { totpCode } = await import('./totp.ts')
  const secret = new ScureBase32Plugin().decode(String(body['secret']))
  const code = (): string => totpCode(secret, Math.floor(world.clock.now() / 30_000))
  const factor = String(body['factor'])
  const confirmed = await world.call('POST', `/v1/users/alice/factors/totp/${factor}/confirm`, {
    key: '',
    headers,
    body: { code: code() },
  })
  assert.equal(confirmed.status, 200, confirmed.text)
  world.clock.advance(30_000)
  return { factor, code }
}

test('the scorer learns where a factor was confirmed and what a verification vouched for', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const challenge = await challengeFor(world, await lockOf(world))
  await respond(world, challenge, { code: code(), context: { ip: '203.0.113.9', device: thief.device } })
  const topic = topicOf('activity')
  const partition = world.log.partitionFor(topic, 'demo:alice')
  const records = await world.log.read(topic, partition, 0, 100)
  const outcomes = records.map(({ value }) => world.codecs.activity.decode(value ?? new Uint8Array()).body.data)
  assert.partialDeepStrictEqual(outcomes, [
    { kind: 'factor-added', factor: 'totp', activeFactors: 1, app: 'bank' },
    {
      kind: 'passed',
      factor: 'totp',
      session: 's-91',
      vouched: ['act-1'],
      disowned: [],
      context: { network: '203.0.113.0/24', device: 'd-thief' },
    },
  ])
})

test('nobody enrols for another user with a ticket', async (t) => {
  const world = await createGuardWorld(t)
  const { ticket } = (await world.call('POST', '/v1/tickets', { body: { user: 'alice', purpose: 'enrol' } })).body
  const options = { key: '', headers: { authorization: `Ticket ${String(ticket)}` } }
  assert.equal((await world.call('POST', '/v1/users/bob/factors/totp', options)).status, 404)
})

test('a secret and a code are in no record and in no log line', async (t) => {
  const world = await createGuardWorld(t)
  const { body } = await world.call('POST', '/v1/users/alice/factors/totp')
  const secret = String(body['secret'])
  const raw = Buffer.from(new ScureBase32Plugin().decode(secret))
  const wrong = await world.call('POST', `/v1/users/alice/factors/totp/${String(body['factor'])}/confirm`, {
    body: { code: '918273' },
  })
  assert.equal(wrong.status, 401)
  const { ticket } = (await world.call('POST', '/v1/tickets', { body: { user: 'alice', purpose: 'enrol' } })).body
  await world.call('GET', '/v1/users/alice/factors', {
    key: '',
    headers: { authorization: `Ticket ${String(ticket)}` },
  })
  const needles = [
    raw,
    ...[secret, '918273', raw.toString('hex'), raw.toString('base64url'), String(ticket)].map((text) =>
      Buffer.from(text),
    ),
  ]
  for (const { name, partitions } of logTopics.map((topic) => ({
    ...topic,
    partitions: Math.min(topic.partitions, 4),
  }))) {
    for (let partition = 0; partition < partitions; partition += 1) {
      for (const record of await world.log.read(name, partition, 0, 1000)) {
        const bytes = Buffer.concat([record.value ?? new Uint8Array(), Buffer.from(JSON.stringify(record.headers))])
        assert.ok(
          needles.every((needle) => !bytes.includes(needle)),
          name,
        )
      }
    }
  }
  assert.ok(needles.slice(1).every((needle) => !world.logText().includes(needle.toString())))
})
