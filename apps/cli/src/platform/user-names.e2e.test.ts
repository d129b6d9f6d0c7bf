import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { WebSocket } from 'ws'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Answer = Readonly<{ status: number; text: string; body: Record<string, unknown> }>
type Operation = Readonly<{ parameters?: readonly Readonly<{ name: string }>[]; requestBody?: unknown }>
type OpenApi = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }>

/** One person, as four apps may write it; the first is what everything is kept under. */
const spellings = ['zoë', 'ZOË', 'Zoe\u0308', '\uFF3AO\u00EB'] as const
const [canonical] = spellings
/** No name by RFC 8265, but one where names are taken as they are. */
const noName = 'zoe smith'

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform({ userNames: 'case-mapped' })
})
after(async () => platform.stop())

async function call(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(`${platform.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${platform.key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, text, body: /^[{]/.test(text) ? (JSON.parse(text) as Record<string, unknown>) : {} }
}

const encoded = (user: string): string => encodeURIComponent(user)
const action = { type: 'transfer', resource: '/accounts/1', parameters: {} }
const asProxy = (user: string): Record<string, string> => ({
  authorization: '',
  'x-watchword-key': platform.key,
  'x-watchword-user': Buffer.from(user).toString('latin1'),
})
const login = (user: string) => ({ type: 'login', outcome: 'succeeded', user })

/** How each route is asked about a user; a route that takes one and is not here fails the first test. */
const routes: Readonly<Record<string, (user: string) => Promise<Answer>>> = {
  'get /_guard/status': (user) => call('get', '/_guard/status', undefined, asProxy(user)),
  'post /_guard/tickets': (user) =>
    call('post', '/_guard/tickets', {}, { ...asProxy(user), 'sec-fetch-site': 'same-origin' }),
  'post /v1/activities': (user) => call('post', '/v1/activities', login(user)),
  'post /v1/authorizations': (user) =>
    call('post', '/v1/authorizations', { user, session: 's', action, approver: 'owner' }),
  'post /v1/authorizations/{id}/approvals': (user) => call('post', '/v1/authorizations/z-none/approvals', { user }),
  'get /v1/audit': (user) => call('get', `/v1/audit?user=${encoded(user)}`),
  'get /v1/check': (user) => call('get', '/v1/check', undefined, asProxy(user)),
  'post /v1/compat/genauth/capture': (user) =>
    call('post', '/v1/compat/genauth/capture', { originalIdentity: user, behaviorType: 'login' }),
  'post /v1/connections': (user) =>
    call('post', '/v1/connections', {
      client: 'interactive',
      user,
      session: 's',
      resource: '/vpn',
      signIn: 'accepted',
    }),
  'get /v1/locks': (user) => call('get', `/v1/locks?user=${encoded(user)}`),
  'put /v1/policy': (user) => call('put', '/v1/policy', { secondFactor: [{ user, require: true }] }),
  'get /v1/sessions': (user) => call('get', `/v1/sessions?user=${encoded(user)}`),
  'delete /v1/sessions/{session}': (user) => call('delete', `/v1/sessions/s-none?user=${encoded(user)}`),
  'post /v1/tickets': (user) => call('post', '/v1/tickets', { user, purpose: 'challenge' }),
  'get /v1/users/{user}/factors': (user) => call('get', `/v1/users/${encoded(user)}/factors`),
  'post /v1/users/{user}/factors/recovery-codes': (user) =>
    call('post', `/v1/users/${encoded(user)}/factors/recovery-codes`, {}),
  'post /v1/users/{user}/factors/reset': (user) =>
    call('post', `/v1/users/${encoded(user)}/factors/reset`, { reason: 'lost' }),
  'post /v1/users/{user}/factors/totp': (user) => call('post', `/v1/users/${encoded(user)}/factors/totp`, {}),
  'post /v1/users/{user}/factors/totp/{factor}/confirm': (user) =>
    call('post', `/v1/users/${encoded(user)}/factors/totp/f-none/confirm`, { code: '123456' }),
  'post /v1/users/{user}/factors/webauthn': (user) =>
    call('post', `/v1/users/${encoded(user)}/factors/webauthn`, { credential }),
  'post /v1/users/{user}/factors/webauthn/options': (user) =>
    call('post', `/v1/users/${encoded(user)}/factors/webauthn/options`, {}),
  'delete /v1/users/{user}/factors/{factor}': (user) => call('delete', `/v1/users/${encoded(user)}/factors/f-none`),
  'post /v1/users/{user}/lock': (user) => call('post', `/v1/users/${encoded(user)}/lock`, { reason: 'stolen' }),
  'get /v1/users/{user}/profile': (user) => call('get', `/v1/users/${encoded(user)}/profile`),
  'get /v1/users/{user}/status': (user) => call('get', `/v1/users/${encoded(user)}/status`),
  'get /v1/users/{user}/timeline': (user) => call('get', `/v1/users/${encoded(user)}/timeline`),
  'post /v1/users/{user}/unlock': (user) => call('post', `/v1/users/${encoded(user)}/unlock`, { reason: 'found' }),
}
const credential = {
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key',
  response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' },
  clientExtensionResults: {},
}

/** Takes its user from a token of an issuer, which this platform has none of: back-channel-logout.test.ts asks it. */
const byToken = 'post /v1/oidc/backchannel-logout'

describe('where a tenant folds case', () => {
  test('every route that takes a user refuses what is no name', async () => {
    // Of the whole platform; a service of a cluster tells its own part.
    const document = new URL('../../../../schemas/http/openapi.json', import.meta.url)
    const { paths } = JSON.parse(readFileSync(document, 'utf8')) as OpenApi
    const taking = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { parameters = [], requestBody = {} }]) =>
          /"(?:user|approvers|logout_token|originalIdentity|X-Watchword-User)"/i.test(
            JSON.stringify([parameters.map(({ name }) => name), requestBody]),
          ),
        )
        .map(([method]) => `${method} ${path}`),
    )
    assert.deepEqual(taking.filter((route) => route !== byToken).sort(), Object.keys(routes).sort())
    for (const [route, ask] of Object.entries(routes)) {
      const { status, text } = await ask(noName)
      assert.match(text, /RFC 8265/, `${route}: ${status} ${text}`)
      assert.ok(route.endsWith('activities') || (status >= 400 && status < 500), `${route}: ${status}`)
    }
  })

  test('a lock under one spelling is one under every other, on every way to ask', async () => {
    for (const [index, spelling] of spellings.entries()) {
      const other = spellings[(index + 1) % spellings.length] ?? canonical
      const locked = await routes['post /v1/users/{user}/lock']?.(spelling)
      assert.equal(locked?.status, 200, locked?.text)
      await platform.untilTold(async () => {
        const { body } = await call('get', `/v1/users/${encoded(other)}/status`)
        assert.deepEqual([body['user'], body['userNames']], [canonical, 'case-mapped'])
        return body['locked'] === true
      })
      assert.equal((await routes['get /v1/check']?.(other))?.status, 401)
      assert.match((await routes['get /_guard/status']?.(other))?.text ?? '', /"sessionState":"locked"/)
      assert.equal((await routes['post /v1/users/{user}/factors/totp']?.(other))?.status, 409)
      assert.equal((await routes['post /v1/authorizations']?.(other))?.body['code'], 'locked')
      assert.deepEqual(await stateOf(other), { user: canonical, mfaVerified: false })
      const unlocked = await routes['post /v1/users/{user}/unlock']?.(other)
      assert.match(unlocked?.text ?? '', /^\{"unlocked":\["[^"]+"\]\}$/)
      await platform.untilTold(async () => (await routes['get /v1/check']?.(spelling))?.status === 204)
    }
  })

  test('a factor of one spelling is listed and removed under another', async () => {
    const made = await call('post', `/v1/users/${encoded(spellings[1])}/factors/totp`, {})
    assert.equal(made.status, 201, made.text)
    const factor = String(made.body['factor'])
    await platform.untilTold(async () => {
      const { text } = await call('get', `/v1/users/${encoded(spellings[2])}/factors`)
      return text.includes(factor)
    })
    const removed = await call('delete', `/v1/users/${encoded(spellings[3])}/factors/${factor}`)
    assert.equal(removed.status, 204, removed.text)
  })

  test('nobody approves for themselves under another spelling', async () => {
    const wanted = { user: canonical, session: 's-1', action, approver: 'supervisor' }
    const asked = await call('post', '/v1/authorizations', wanted)
    assert.equal(asked.status, 201, asked.text)
    for (const approver of spellings) {
      const named = await call('post', '/v1/authorizations', { ...wanted, approvers: [approver] })
      assert.equal(named.body['code'], 'self-approval', named.text)
      const answered = await call('post', `/v1/authorizations/${String(asked.body['id'])}/approvals`, {
        user: approver,
      })
      assert.equal(answered.body['code'], 'self-approval', answered.text)
    }
  })

  test('a full-width star is nobody: neither a ticket nor a subscription for the whole app', async () => {
    const { status, text } = await call('post', '/v1/tickets', { user: '\uFF0A', purpose: 'subscribe' })
    assert.equal(status, 422, text)
    assert.deepEqual(await firstFrame('\uFF0A'), { type: 'error', code: 'unknown-topic' })
  })

  test('an activity is the same one under every spelling, and everybody finds it under every other', async () => {
    // Another replica of ingest need not know of the first one; the scorer does.
    for (const user of spellings) {
      const { status, text } = await call('post', '/v1/activities', { ...login(user), id: 'login-1' })
      assert.equal(status, 202, text)
    }
    for (const user of spellings) {
      await platform.untilTold(async () => {
        const { body } = await call('get', `/v1/users/${encoded(user)}/timeline`)
        const items = body['items'] as readonly { type: string; data: { activity?: string } }[]
        return items.filter(({ type, data }) => type === 'assessment' && data.activity === 'login-1').length === 1
      })
    }
  })
})

async function stateOf(user: string): Promise<object> {
  const { user: named, mfaVerified } = await firstFrame(user)
  return { user: named, mfaVerified }
}

/** What a subscription to a user is told first. */
async function firstFrame(user: string): Promise<Record<string, unknown>> {
  const address = `${platform.url.replace(/^http/, 'ws')}/v1/subscribe`
  const socket = new WebSocket(address, ['watchword.v1'], { headers: { authorization: `Bearer ${platform.key}` } })
  const told = new Promise<string>((resolve, reject) => {
    socket.once('message', (data) => resolve((data as Buffer).toString()))
    socket.once('error', reject)
  })
  socket.once('open', () => {
    const topic = `watchword.security.mfa?originalIdentity=${encoded(user)}`
    socket.send(JSON.stringify({ type: 'subscribe', topic }))
  })
  const frame = JSON.parse(await told) as Record<string, unknown>
  socket.close()
  return frame
}
