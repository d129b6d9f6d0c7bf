import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startUp, type TestPlatform } from '@watchword/cli/testing'
import { freePort } from '@watchword/service-kit'
import { generateSync } from 'otplib'
import { codeBlocks } from '../src/code-blocks.ts'
import { askProxy, type ProxyAnswer } from './ask-proxy.ts'
import { type Intranet, startIntranet } from './intranet.ts'
import { type Nginx, startNginx } from './nginx.ts'

const sessions = new Map([
  ['s-alice', 'alice'],
  ['s-bob', 'bob'],
  ['s-carol', 'carol'],
])
let platform: TestPlatform
let intranet: Intranet
let backend: string
let proxyKey: string
let port: number

const call = async (method: string, path: string, body?: object, key = platform.key) => {
  const answer = await fetch(new URL(path, platform.url), {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
  return (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>
}

/** A request to nginx; a list of headers is sent as it is, so that one can come twice. */
const ask = (
  path: string,
  session: string | undefined,
  headers: readonly string[] = [],
  over: Readonly<{ method?: string; body?: object }> = {},
): Promise<ProxyAnswer> => askProxy({ port, path, session, headers, ...over })

/** The configuration of a page, about this platform and this app in the place of those that it names. */
async function nginxOf(page: string, mark: string, around: (block: string) => string): Promise<Nginx> {
  const [block = ''] = codeBlocks(page, mark)
  const inner = await freePort()
  port = await freePort()
  const http = around(block)
    .replaceAll('127.0.0.1:8080', new URL(platform.url).host)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${intranet.port}`)
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${inner}`)
    .replaceAll(/listen 80;/g, `listen 127.0.0.1:${port};`)
    .replaceAll('ww_...', proxyKey)
  assert.notEqual(block, '')
  return startNginx(http, [port])
}

const lock = (user: string, session: string) =>
  call('POST', `/v1/users/${user}/lock`, { reason: 'a test', session, app: 'intranet' }, backend)

const page = ['Accept', 'text/html,application/xhtml+xml']

before(async () => {
  platform = await startUp()
  intranet = await startIntranet(sessions)
})
after(() => intranet.stop())

describe('the configuration of docs/how-to/ask-without-a-front-end.md, in nginx', () => {
  let nginx: Nginx
  before(async () => {
    const keyOf = async (scopes: readonly string[]) =>
      String((await call('POST', '/v1/keys', { app: 'intranet', scopes, name: 'test' }))['key'])
    await call('POST', '/v1/apps', { id: 'intranet', name: 'Intranet', origins: ['https://intranet.example'] })
    backend = await keyOf(['enrol', 'operate', 'check'])
    proxyKey = await keyOf(['check', 'subscribe'])
    nginx = await nginxOf('docs/how-to/ask-without-a-front-end.md', 'whole', (block) => block)
    await call('POST', '/v1/apps', { id: 'intranet', name: 'Intranet', origins: [`http://127.0.0.1:${port}`] })
  })
  after(() => nginx.stop())

  test('lets through who may pass, and whom nobody knows to the page where they sign in', async () => {
    assert.equal((await ask('/accounts', 's-alice')).status, 200)
    assert.equal((await ask('/accounts', 's-alice', [], { method: 'POST', body: { a: 1 } })).status, 200)
    assert.equal((await ask('/', undefined)).status, 200)
    assert.equal((await ask('/login', 's-nobody')).status, 200)
  })

  test('refuses a locked session with the challenge of RFC 9470, and leads a page to the one that asks', async () => {
    await lock('bob', 's-bob')
    const { status, headers } = await ask('/accounts?a=1&b=2', 's-bob')
    assert.equal(status, 401)
    assert.match(
      headers['www-authenticate'] ?? '',
      /^Bearer error="insufficient_user_authentication", acr_values="[^"]+", max_age="0", lock_id="[^"]+", challenge_uri="[^"]+"/,
    )
    const led = await ask('/accounts?a=1&b=2', 's-bob', page)
    assert.equal(led.status, 302)
    assert.equal(led.headers.location, `http://127.0.0.1:${port}/_guard/challenge?return_to=/accounts?a=1&b=2`)
    assert.equal((await ask('/accounts', 's-alice')).status, 200)
  })

  test('believes no header of a client about who they are, however it is written, once or twice', async () => {
    const names = ['X-Watchword-User', 'x-watchword-user', 'X_Watchword_User']
    for (const name of names) assert.equal((await ask('/a', 's-bob', [name, 'alice', name, 'carol'])).status, 401, name)
    for (const [name, value] of [
      ['X-Watchword-Session', 's-other'],
      ['X-Watchword-Device', 'd-1'],
      ['X-Watchword-Groups', 'staff'],
      ['X-Watchword-Password-Change', 'false'],
      ['X-Watchword-Key', 'ww_x_y'],
      ['X-Original-URI', '/news/'],
      ['X-Original-Method', 'OPTIONS'],
      ['X-Session-User', 'alice'],
      ['X-Session-Id', 's-alice'],
      ['X-Forwarded-For', '127.0.0.1'],
    ] as const)
      assert.equal((await ask('/a', 's-bob', [name, value, name, value])).status, 401, name)
    const seen = JSON.parse((await ask('/a', 's-alice', ['X-Watchword-User', 'eve'])).text) as Record<string, string>
    assert.equal(seen['x-watchword-user'], 'alice', 'the app hears of nobody else')
    for (const path of ['/watchword', '/watchword-or-open']) assert.equal((await ask(path, 's-bob')).status, 404)
  })

  test('serves the page on the origin of the app; the answer of the person opens the session', async () => {
    const factor = await call('POST', '/v1/users/carol/factors/totp', undefined, backend)
    const codeAt = (steps: number): string =>
      generateSync({ secret: String(factor['secret']), epoch: Math.floor(Date.now() / 1000) + steps * 30 })
    await call(
      'POST',
      `/v1/users/carol/factors/totp/${String(factor['factor'])}/confirm`,
      { code: codeAt(-1) },
      backend,
    )
    await lock('carol', 's-carol')

    const shown = await ask('/_guard/challenge?return_to=/a', 's-carol', ['X-Watchword-Sign-In', '/evil', ...page])
    assert.equal(shown.status, 200)
    assert.match(String(shown.headers['content-security-policy']), /frame-ancestors 'none'/)
    assert.match(shown.text, /href="\/login"/)
    assert.doesNotMatch(shown.text, /evil/)
    for (const file of ['page.js', 'page.css']) assert.equal((await ask(`/_guard/${file}`, 's-carol')).status, 200)

    const own = ['Origin', `http://127.0.0.1:${port}`, 'Sec-Fetch-Site', 'same-origin']
    const foreign = ['Origin', 'https://evil.example']
    assert.equal((await ask('/_guard/tickets', 's-carol', foreign, { method: 'POST' })).status, 403)
    const jsonOf = ({ text }: ProxyAnswer) => JSON.parse(text) as Record<string, Record<string, string> & string>
    const status = jsonOf(await ask('/_guard/status', 's-carol', ['X-Watchword-User', 'alice']))
    const ticket = jsonOf(await ask('/_guard/tickets', 's-carol', own, { method: 'POST' }))['ticket']
    const asked = await ask(
      `/_guard/v1/locks/${status['lock']?.['id']}/challenges`,
      's-carol',
      [...own, 'Authorization', `Ticket ${ticket}`],
      { method: 'POST', body: { factor: 'totp' } },
    )
    const answered = await ask(
      `/_guard/v1/challenges/${jsonOf(asked)['challenge']}/responses`,
      's-carol',
      [...own, 'X-Watchword-Capability', String(asked.headers['x-watchword-capability'])],
      { method: 'POST', body: { code: codeAt(0) } },
    )
    assert.equal(answered.status, 200, answered.text)
    assert.equal((await ask('/accounts', 's-carol')).status, 200)
  })

  test('lets nobody into an ended session', async () => {
    await call('DELETE', '/v1/sessions/s-carol?user=carol', undefined, backend)
    const { status, headers } = await ask('/accounts', 's-carol')
    assert.equal(status, 401)
    assert.match(headers['www-authenticate'] ?? '', /^Bearer error="invalid_token"/)
  })
})

describe('the configuration of docs/how-to/protect-an-app.md, in nginx', () => {
  let nginx: Nginx
  before(async () => {
    nginx = await nginxOf(
      'docs/how-to/protect-an-app.md',
      'check',
      (block) => `
        map $cookie_session $session_id { default $cookie_session; }
        map $cookie_session $session_user { s-alice alice; s-bob bob; }
        upstream app { server 127.0.0.1:3000; }
        server { listen 80; ${block} }`,
    )
  })
  after(() => nginx.stop())

  test('lets through who may pass, refuses a locked session with its challenge, and believes no client', async () => {
    assert.equal((await ask('/accounts', 's-alice')).status, 200)
    const { status, headers } = await ask('/accounts', 's-bob', ['X-Watchword-User', 'alice', 'X-Watchword-User', 'x'])
    assert.equal(status, 401)
    assert.match(headers['www-authenticate'] ?? '', /acr_values="[^"]+", max_age="0"/)
  })
})

describe('while the guard is down', () => {
  let nginx: Nginx
  before(async () => {
    nginx = await nginxOf('docs/how-to/ask-without-a-front-end.md', 'whole', (block) => block)
    assert.equal((await ask('/accounts', 's-alice')).status, 200)
    await platform.stop()
  })
  after(() => nginx.stop())

  test('a route is closed, with 503 and the time to come again, but one that says otherwise', async () => {
    const { status, headers } = await ask('/accounts', 's-alice')
    assert.deepEqual([status, headers['retry-after']], [503, '1'])
    assert.equal((await ask('/news/today', 's-alice')).status, 200)
    assert.equal((await ask('/_guard/challenge', 's-alice')).status, 502)
  })
})
