import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startUp, type TestPlatform } from '@watchword/cli/testing'
import { freePort } from '@watchword/service-kit'
import { codeBlocks } from '../src/code-blocks.ts'
import { askProxy, type ProxyAnswer } from './ask-proxy.ts'
import { type Caddy, startCaddy } from './caddy.ts'
import { type Intranet, startIntranet } from './intranet.ts'

const page = 'docs/how-to/protect-with-a-proxy.md'
const sessions = new Map([
  ['s-alice', 'alice'],
  ['s-bob', 'bob'],
])

describe(`the configuration of ${page}, in Caddy`, () => {
  let platform: TestPlatform
  let intranet: Intranet
  let caddy: Caddy
  let port: number

  const ask = (path: string, session?: string, headers: readonly string[] = [], method = 'GET'): Promise<ProxyAnswer> =>
    askProxy({ port, path, session, headers, method })

  async function call(method: string, path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    const answer = await fetch(new URL(path, platform.url), {
      method,
      headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`)
    return (await answer.json()) as Readonly<Record<string, unknown>>
  }

  before(async () => {
    platform = await startUp()
    intranet = await startIntranet(sessions)
    port = await freePort()
    const { key } = await call('POST', '/v1/keys', { app: 'demo', scopes: ['check'], name: 'proxy' })
    const [block = ''] = codeBlocks(page, 'whole')
    caddy = await startCaddy(
      block
        .replaceAll('127.0.0.1:8080', new URL(platform.url).host)
        .replaceAll('127.0.0.1:3000', `127.0.0.1:${intranet.port}`)
        .replaceAll(/^:80 /gm, `:${port} `)
        .replaceAll('ww_...', String(key)),
      port,
    )
  })
  after(async () => {
    await caddy.stop()
    intranet.stop()
  })

  test('lets through who may pass, with the name that the guard vouches for and without the key', async () => {
    const { status, text } = await ask('/accounts', 's-alice', ['X-Watchword-User', 'eve'])
    assert.equal(status, 200)
    const seen = JSON.parse(text) as Readonly<Record<string, string>>
    assert.equal(seen['x-watchword-user'], 'alice')
    for (const name of ['x-watchword-key', 'x-watchword-session']) assert.equal(seen[name], undefined, name)
    for (const method of ['GET', 'POST', 'DELETE'])
      assert.equal((await ask('/accounts?a=1&b=2', 's-alice', [], method)).status, 200, method)
  })

  test('stops whom the app does not know, but not where they sign in, and says nobody’s name there', async () => {
    assert.equal((await ask('/accounts')).status, 401)
    const { status, text } = await ask('/login')
    assert.equal(status, 200)
    assert.equal((JSON.parse(text) as Readonly<Record<string, string>>)['x-watchword-key'], undefined)
  })

  test('refuses a locked session with the challenge of RFC 9470, and nobody else', async () => {
    await call('POST', '/v1/users/bob/lock', { reason: 'a test', session: 's-bob', app: 'demo' })
    const { status, headers } = await ask('/accounts?a=1', 's-bob')
    assert.equal(status, 401)
    assert.match(
      headers['www-authenticate'] ?? '',
      /^Bearer error="insufficient_user_authentication", acr_values="[^"]+", max_age="0", lock_id="[^"]+", challenge_uri="[^"]+"/,
    )
    assert.equal((await ask('/accounts', 's-alice')).status, 200)
  })

  test('believes no header of a client about who they are, however it is written, once or twice', async () => {
    for (const [name, value] of [
      ['X-Watchword-User', 'alice'],
      ['x-watchword-user', 'alice'],
      ['X-Watchword-Session', 's-alice'],
      ['X-Watchword-Device', 'd-1'],
      ['X-Watchword-Groups', 'staff'],
      ['X-Watchword-Password-Change', 'false'],
      ['X-Watchword-Key', 'ww_x_y'],
      ['X-Original-URI', '/login'],
      ['X-Original-Method', 'OPTIONS'],
      ['X-Session-User', 'alice'],
      ['X-Session-Id', 's-alice'],
    ] as const)
      assert.equal((await ask('/accounts', 's-bob', [name, value, name, value])).status, 401, name)
  })

  test('closes every route while the guard is away', async () => {
    await platform.stop()
    assert.equal((await ask('/accounts', 's-alice')).status, 502)
  })
})
