import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { test } from 'node:test'
import { enrolled } from '../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'

const origin = 'https://bank.example'

/** As a proxy passes on what the page asks. */
const asProxy = (world: GuardWorld, over: Record<string, string> = {}) => ({
  key: '',
  headers: { 'x-watchword-key': world.key, 'x-watchword-user': 'alice', 'x-watchword-session': 's-91', ...over },
})
const own = { origin, 'sec-fetch-site': 'same-origin' }

const pageFor = (world: GuardWorld, query: string, over: Record<string, string> = {}) =>
  world.server.inject({
    method: 'GET',
    url: `/_guard/challenge${query}`,
    headers: { 'x-watchword-key': world.key, ...over },
  })

test('serves a page that nobody can frame, that loads nothing of others and holds nothing of a person', async (t) => {
  const world = await createGuardWorld(t)
  await world.demand('alice')
  const { headers, body } = await pageFor(world, '?return_to=/accounts')
  assert.match(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/)
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['cache-control'], 'no-store')
  assert.doesNotMatch(body, /alice|s-91|https?:\/\/|<style|<script(?! type="module" src="\/_guard\/page\.js")|\son\w+=/)
  assert.match(body, /data-go="return" href="\/accounts"/)
})

test('leads back to the app alone, and no markup gets in with an address', async (t) => {
  const world = await createGuardWorld(t)
  const hrefOf = async (query: string, over: Record<string, string> = {}): Promise<string | undefined> => {
    const { body } = await pageFor(world, query, over)
    return /data-go="return" href="([^"]*)"/.exec(body)?.[1]
  }
  assert.equal(await hrefOf('?return_to=https%3A%2F%2Fevil.example%2F'), '/')
  assert.equal(await hrefOf('?return_to=//evil.example'), '/')
  assert.equal(await hrefOf(`?return_to=${encodeURIComponent(`${origin}/a`)}`), `${origin}/a`)
  assert.equal(await hrefOf('?return_to=/a?x="><script>&y=1'), '/a?x=%22%3E%3Cscript%3E&amp;y=1')
  const { body } = await pageFor(world, '', { 'x-watchword-sign-in': 'javascript:alert(1)' })
  assert.doesNotMatch(body, /javascript:/)
})

test('nobody but the proxy may ask how a session stands, and it names the user', async (t) => {
  const world = await createGuardWorld(t)
  await world.demand('alice')
  const status = (over: Record<string, string>) => world.call('GET', '/_guard/status', asProxy(world, over))
  const { body } = await status({})
  assert.equal(body['sessionState'], 'locked')
  assert.equal((body['lock'] as { session?: string }).session, 's-91')
  assert.equal((await status({ 'x-watchword-user': 'bob' })).body['lock'], undefined)
  assert.equal((await status({ 'x-watchword-key': 'ww_none' })).status, 401)
  assert.equal((await status({ 'x-watchword-user': '' })).status, 400)
  assert.equal((await world.call('GET', '/_guard/challenge', { key: '' })).status, 401)
  const checkOnly = await world.keyOf('demo', 'bank', 'check')
  const ticket = await world.call('POST', '/_guard/tickets', asProxy(world, { ...own, 'x-watchword-key': checkOnly }))
  assert.equal(ticket.status, 403)
})

test('a header of the proxy that comes twice is refused: a client may have sent the other one', async (t) => {
  const world = await createGuardWorld(t)
  const url = await world.server.listen({ host: '127.0.0.1', port: 0 })
  const statusOf = async (path: string, twice: string): Promise<number | undefined> => {
    const headers = Object.entries({
      Host: 'guard',
      'X-Watchword-Key': world.key,
      'X-Watchword-User': 'alice',
      'X-Watchword-Ip': '203.0.113.7',
      'X-Watchword-Sign-In': '/login',
      'X-Watchword-Renew': '/renew',
    }).flatMap(([name, value]) => (name === twice ? [name, value, name.toLowerCase(), '/other'] : [name, value]))
    const asked = request(`${url}${path}`, { headers, setHost: false }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    return answer.statusCode
  }
  for (const path of ['/_guard/challenge', '/_guard/status']) {
    assert.equal(await statusOf(path, 'none'), 200)
    for (const name of ['Key', 'User', 'Ip', 'Sign-In', 'Renew'])
      assert.equal(await statusOf(path, `X-Watchword-${name}`), 400, `${path} ${name}`)
  }
})

test('gives tickets to its own page and not to another site that has the cookies ride along', async (t) => {
  const world = await createGuardWorld(t)
  const ticket = (over: Record<string, string>) => world.call('POST', '/_guard/tickets', asProxy(world, over))
  for (const over of [
    {},
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: `${origin}.evil.example` },
    { origin: 'null' },
    { origin, 'sec-fetch-site': 'cross-site' },
    { origin, 'sec-fetch-site': 'same-site' },
  ])
    assert.equal((await ticket(over)).body['code'], 'origin-not-allowed', JSON.stringify(over))
  assert.equal((await ticket(own)).status, 201)
})

test('a lock is answered under the path of the page, from the context that the proxy sees', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const { body } = await world.call('GET', '/_guard/status', asProxy(world))
  const { id } = body['lock'] as { id: string }
  const made = await world.call('POST', '/_guard/tickets', asProxy(world, own))
  const asked = await world.call('POST', `/_guard/v1/locks/${id}/challenges`, {
    key: '',
    headers: { authorization: `Ticket ${String(made.body['ticket'])}`, origin },
    body: { factor: 'totp' },
  })
  const answer = await world.call('POST', `/_guard/v1/challenges/${String(asked.body['challenge'])}/responses`, {
    key: '',
    headers: { 'x-watchword-capability': String(asked.headers['x-watchword-capability']), origin },
    body: { code: code() },
  })
  assert.equal(answer.status, 200, answer.text)
  const after = await world.call('GET', '/_guard/status', asProxy(world))
  assert.equal(after.body['lock'], undefined)
})
