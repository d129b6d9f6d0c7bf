import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type StandIn, startStandIn } from './stand-in-platform.ts'

let platform: StandIn

describe('the demo bank', () => {
  before(async () => {
    platform = await startStandIn()
  })
  after(async () => platform.close())

  const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(platform.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: platform.url, 'user-agent': 'Chrome', ...headers },
      body: JSON.stringify(body),
    })

  const signIn = async (): Promise<string> => {
    const answer = await post('/bank/api/login', { user: 'alice', password: 'correct-horse' })
    assert.equal(answer.status, 200)
    return answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ')
  }

  /** Asks until the guard of a bank that has just started knows the locks. */
  const overview = async (cookie: string): Promise<Response> => {
    for (;;) {
      const answer = await fetch(`${platform.url}/bank/api/overview`, { headers: { cookie } })
      if (answer.status !== 503) return answer
    }
  }

  test('serves every file of its page, and nothing by another path', async () => {
    const html = await (await fetch(platform.url)).text()
    assert.match(html, /\/bank\/assets\/page\/main\.ts/)
    for (const file of readdirSync(new URL('../src/page/', import.meta.url))) {
      const answer = await fetch(`${platform.url}/bank/assets/page/${file}`)
      assert.equal(answer.status, 200, file)
      assert.match(answer.headers.get('content-type') ?? '', file.endsWith('.css') ? /^text\/css/ : /^text\/javascript/)
    }
    for (const path of [
      'page/..%2fdemo-bank.ts',
      'page/%2e%2e/people.ts',
      'people.ts',
      'watchword.js/../../package.json',
    ]) {
      assert.equal((await fetch(`${platform.url}/bank/assets/${path}`)).status, 404, path)
    }
  })

  test('serves the SDK as one file below 20 kB, compressed', async () => {
    const html = await (await fetch(platform.url)).text()
    const sdk = /"@watchword\/browser":"([^"]+)"/.exec(html)?.[1] ?? ''
    const answer = await fetch(platform.url + sdk)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/javascript/)
    const script = await answer.text()
    assert.match(script, /watchword-challenge/)
    assert.doesNotMatch(script, /\bimport\b/)
    assert.ok(gzipSync(script).length < 20_000)
  })

  test('answers 304 to a browser that has a file, and allows no inline script or style', async () => {
    const first = await fetch(`${platform.url}/bank/assets/page/main.ts`)
    const etag = first.headers.get('etag') ?? ''
    const again = await fetch(`${platform.url}/bank/assets/page/main.ts`, { headers: { 'if-none-match': etag } })
    assert.equal(again.status, 304)
    const policy = first.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /unsafe/)
  })

  test('shows accounts to whoever is signed in, and to nobody else', async () => {
    assert.equal((await overview('')).status, 401)
    assert.equal((await overview(await signIn())).status, 200)
  })

  test('takes nothing that changes something from another site', async () => {
    const cookie = await signIn()
    const answer = await post('/bank/api/transfers', { to: 'x' }, { cookie, origin: 'https://evil.test' })
    assert.equal(answer.status, 403)
  })

  test('refuses a wrong password and a transfer of more than there is', async () => {
    assert.equal((await post('/bank/api/login', { user: 'alice', password: 'nope' })).status, 401)
    const cookie = await signIn()
    await overview(cookie)
    const order = { to: 'Bob', amount: '999999.00', text: '' }
    assert.equal((await post('/bank/api/transfers', order, { cookie })).status, 422)
    assert.equal((await post('/bank/api/transfers', { ...order, amount: '1,50' }, { cookie })).status, 200)
  })

  test('locks the session whose cookies are used from elsewhere, and no other of the person', async () => {
    const [cookie, other] = [await signIn(), await signIn()]
    await overview(cookie)
    const attack = await post('/bank/api/demo/attacks', { kind: 'replay' }, { cookie })
    const { steps } = (await attack.json()) as { steps: readonly { outcome: string }[] }
    assert.deepEqual(
      steps.map(({ outcome }) => outcome),
      ['done', 'admitted', 'done', 'refused'],
    )
    const refused = await overview(cookie)
    assert.equal(refused.status, 401)
    assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_user_authentication/)
    assert.equal((await overview(other)).status, 200)
  })

  test('gives no new session for something that is no proof', async () => {
    const cookie = await signIn()
    assert.equal((await post('/bank/api/session/renew', { mfaToken: 'a.b.c' }, { cookie })).status, 403)
  })

  test('exports customers as CSV when the export is judged harmless', async () => {
    const cookie = await signIn()
    await overview(cookie)
    const answer = await post('/bank/api/customers/export', {}, { cookie })
    assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/)
    assert.match(await answer.text(), /^number,name,branch\r\n/)
  })
})
