import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld, thief } from '../testing/guard-world.ts'

async function ticketFor({ call }: GuardWorld, body: object): Promise<string> {
  const answer = await call('POST', '/v1/tickets', { body })
  assert.equal(answer.status, 201, answer.text)
  return String(answer.body['ticket'])
}

const origin = 'https://bank.example'

test('a page answers a lock by itself: one ticket, then the capability that it bought', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const context = { ip: '203.0.113.9', device: thief.device }
  const ticket = await ticketFor(world, { user: 'alice', session: 's-91', purpose: 'challenge', context })
  const made = await world.call('POST', `/v1/locks/${lock}/challenges`, {
    key: '',
    headers: { authorization: `Ticket ${ticket}`, origin },
    body: { factor: 'totp' },
  })
  assert.equal(made.status, 201, made.text)
  assert.equal(made.headers['access-control-allow-origin'], origin)
  assert.match(String(made.headers['access-control-expose-headers']), /x-watchword-capability/)
  const headers = { 'x-watchword-capability': String(made.headers['x-watchword-capability']), origin }
  const challenge = String(made.body['challenge'])
  const claimed = await respond(world, challenge, { code: code(), context: { device: 'd-lie' } }, { key: '', headers })
  assert.deepEqual(
    [claimed.status, claimed.body['session']],
    [200, { id: 's-91', ended: false }],
    'the context is what the backend said',
  )
  const later = await world.call('POST', `/v1/locks/${lock}/challenges`, {
    key: '',
    headers: { authorization: `Ticket ${ticket}` },
    body: { factor: 'totp' },
  })
  assert.equal(later.status, 401)
})

test('one hundred uses of a ticket at once are one use', async (t) => {
  const world = await createGuardWorld(t)
  await enrolled(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const ticket = await ticketFor(world, { user: 'alice', purpose: 'challenge' })
  const answers = await Promise.all(
    Array.from({ length: 100 }, () =>
      world.call('POST', `/v1/locks/${lock}/challenges`, {
        key: '',
        headers: { 'x-watchword-ticket': ticket },
        body: { factor: 'totp' },
      }),
    ),
  )
  assert.equal(answers.filter(({ status }) => status === 201).length, 1)
  assert.equal(answers.filter(({ status }) => status === 401).length, 99)
})

test('a ticket is good for thirty seconds, its purpose and the pages of its app', async (t) => {
  const world = await createGuardWorld(t)
  await enrolled(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const use = (ticket: string, headers: Record<string, string> = {}) =>
    world.call('POST', `/v1/locks/${lock}/challenges`, {
      key: '',
      headers: { authorization: `Bearer ${ticket}`, ...headers },
      body: { factor: 'totp' },
    })
  assert.equal((await use(await ticketFor(world, { user: 'alice', purpose: 'enrol' }))).status, 403)
  await world.access.putApp('rival', { id: 'evil', origins: ['https://evil.example'] })
  const ticket = await ticketFor(world, { user: 'alice', purpose: 'challenge' })
  for (const foreign of ['https://evil.example', 'https://bank.example.evil', 'null', 'https://BANK.example'])
    assert.equal((await use(ticket, { origin: foreign })).status, 403, foreign)
  assert.equal((await use(ticket, { origin })).status, 201)
  const late = await ticketFor(world, { user: 'alice', purpose: 'challenge' })
  world.clock.advance(30_000)
  assert.equal((await use(late)).status, 401)
})

test('a capability ends, and is one for its purpose alone', async (t) => {
  const world = await createGuardWorld(t)
  await enrolled(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const ticket = await ticketFor(world, { user: 'alice', purpose: 'challenge' })
  const first = await world.call('POST', `/v1/locks/${lock}/challenges`, {
    key: '',
    headers: { 'x-watchword-ticket': ticket },
    body: { factor: 'totp' },
  })
  const options = { key: '', headers: { 'x-watchword-capability': String(first.headers['x-watchword-capability']) } }
  await challengeFor(world, lock, options)
  assert.equal((await world.call('GET', '/v1/users/alice/factors', options)).status, 403)
  world.clock.advance(300_000)
  assert.equal(
    (await world.call('POST', `/v1/locks/${lock}/challenges`, { ...options, body: { factor: 'totp' } })).status,
    401,
  )
})

test('preflights are answered for pages of apps, and not for others', async (t) => {
  const { server } = await createGuardWorld(t)
  for (const [given, expected] of [
    [origin, origin],
    ['https://evil.example', undefined],
  ] as const) {
    const answer = await server.inject({
      method: 'OPTIONS',
      url: '/v1/locks/l-1/challenges',
      headers: { origin: given, 'access-control-request-method': 'POST' },
    })
    assert.equal(answer.headers['access-control-allow-origin'], expected)
    assert.equal(answer.headers['vary'], 'origin')
  }
})

test('who may mint a ticket is said by the scope', async (t) => {
  const { call, keyOf } = await createGuardWorld(t)
  const subscribe = await keyOf('demo', 'bank', 'subscribe')
  const enrol = await keyOf('demo', 'bank', 'enrol')
  const mint = async (key: string, purpose: string): Promise<number> =>
    (await call('POST', '/v1/tickets', { key, body: { user: 'a', purpose } })).status
  assert.deepEqual(
    [await mint(subscribe, 'subscribe'), await mint(subscribe, 'challenge'), await mint(subscribe, 'enrol')],
    [201, 201, 403],
  )
  assert.deepEqual([await mint(enrol, 'enrol'), await mint(enrol, 'subscribe')], [201, 403])
  assert.equal((await call('POST', '/v1/tickets', { body: { user: '*', purpose: 'subscribe' } })).status, 422)
})

test('an oversized ticket is refused when it is asked for, and the longest one that is given out is good', async (t) => {
  const world = await createGuardWorld(t)
  const mint = (body: object) =>
    world.call('POST', '/v1/tickets', { body: { user: 'alice', purpose: 'enrol', ...body } })
  for (const [pointer, body] of [
    ['/context/device', { context: { device: '界'.repeat(1024), fingerprint: 'f'.repeat(1024) } }],
    ['/context/fingerprint', { context: { device: 'd', fingerprint: '\u0001'.repeat(1024) } }],
    ['/session', { user: '"'.repeat(256), session: '\u0001'.repeat(256), context: { fingerprint: 'f'.repeat(1024) } }],
  ] as const) {
    const { status, body: answer } = await mint(body)
    assert.deepEqual([status, answer['errors']], [422, [{ pointer, detail: 'makes the ticket too long' }]])
  }
  const list = (headers: Record<string, string>) => world.call('GET', '/v1/users/alice/factors', { key: '', headers })
  const given: string[] = []
  for (let size = 700; size <= 1024; size += 1) {
    const { status, body } = await mint({ context: { device: 'é'.repeat(size), fingerprint: 'f'.repeat(1024) } })
    if (status === 201) given.push(String(body['ticket']))
  }
  const longest = given.at(-1) ?? ''
  assert.ok(longest.length > 4_090, `${longest.length}`)
  const first = await list({ 'x-watchword-ticket': longest })
  assert.equal(first.status, 200, first.text)
  const capability = String(first.headers['x-watchword-capability'])
  assert.equal((await list({ 'x-watchword-capability': capability })).status, 200)
})
