import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { pageFrameworks } from './page-apps.ts'

type Seen = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A platform that answers what it was asked. */
const startPlatform = async (t: TestContext) => {
  const seen: Seen[] = []
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = incoming
    seen.push({ method, url, headers, body: await textOf(incoming) })
    outgoing.writeHead(201, { 'content-security-policy': "default-src 'none'", 'x-watchword-capability': 'c-2' })
    outgoing.end('the page')
  }
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = (): void => {
    server.closeAllConnections()
    server.close()
  }
  t.after(stop)
  return { seen, stop, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** The path goes out as it is, unlike with `fetch`. */
const ask = async (
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  { method = 'GET', body }: { method?: string; body?: string } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> => {
  const asked = request({ host: '127.0.0.1', port, path, method, headers }).end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await textOf(answer) }
}

const alice = { 'x-user': 'alice', 'x-session': 's-1' }

for (const [name, start] of Object.entries(pageFrameworks)) {
  const startApp = async (t: TestContext) => {
    const platform = await startPlatform(t)
    const more = { signIn: '/login', renew: '/session/renew', trustedProxies: ['127.0.0.1'] }
    return { platform, port: await start(t, { url: platform.url, key: 'ww_k_s', ...more }) }
  }

  test(`${name}: the page is answered by the platform, with the word of the app and nothing else of the client`, async (t) => {
    const { platform, port } = await startApp(t)
    const sent = {
      ...alice,
      'x-user': encodeURIComponent('Zoë'),
      'x-watchword-user': 'eve',
      'x-watchword-key': 'ww_x_y',
      'x-watchword-ip': '198.51.100.1',
      'x-watchword-sign-in': '/evil',
      'x-watchword-renew': '/evil',
      'x-watchword-device': 'd-x',
      'x-forwarded-for': '203.0.113.7',
      cookie: 'session=secret',
      authorization: 'Bearer of-the-app',
      origin: 'https://bank.example',
      'sec-fetch-site': 'same-origin',
      'accept-language': 'de',
    }
    const { status, headers, text } = await ask(port, '/_guard/challenge?return_to=/a?b=1&c=2', sent)
    assert.deepEqual([status, text, headers['content-security-policy']], [201, 'the page', "default-src 'none'"])
    const url = platform.seen[0]?.url
    const given = platform.seen[0]?.headers ?? {}
    assert.equal(url, '/_guard/challenge?return_to=/a?b=1&c=2')
    assert.partialDeepStrictEqual(given, {
      'x-watchword-key': 'ww_k_s',
      'x-watchword-user': Buffer.from('Zoë').toString('latin1'),
      'x-watchword-session': 's-1',
      'x-watchword-device': '',
      'x-watchword-ip': '203.0.113.7',
      'x-watchword-sign-in': '/login',
      'x-watchword-renew': '/session/renew',
      origin: 'https://bank.example',
      'sec-fetch-site': 'same-origin',
      'accept-language': 'de',
    })
    for (const none of ['cookie', 'authorization', 'x-forwarded-for', 'x-user'])
      assert.equal(given[none], undefined, none)
  })

  test(`${name}: a body arrives whole, and so do ticket and capability`, async (t) => {
    const { platform, port } = await startApp(t)
    const body = JSON.stringify({ code: '1'.repeat(100_000) })
    const headers = {
      ...alice,
      'content-type': 'application/json',
      authorization: 'Ticket wwt_x',
      'x-watchword-capability': 'c-1',
    }
    const answer = await ask(port, '/_guard/v1/challenges/wwh_x.y/responses', headers, { method: 'POST', body })
    assert.deepEqual([answer.status, answer.headers['x-watchword-capability']], [201, 'c-2'])
    const [seen] = platform.seen
    assert.deepEqual([seen?.method, seen?.body], ['POST', body])
    assert.partialDeepStrictEqual(seen?.headers, { authorization: 'Ticket wwt_x', 'x-watchword-capability': 'c-1' })
  })

  test(`${name}: nothing but the page goes to the platform, however its address is written`, async (t) => {
    const { platform, port } = await startApp(t)
    for (const path of [
      '/',
      '/_guardian',
      '/_guard',
      '/_guard/../v1/check',
      '/_guard/./../v1/check',
      '/_guard/..',
      '/_guard/a/../../v1/check',
      '/_guard/%2e%2e/v1/check',
      '/_guard//v1/check',
      '/_guard/..\\v1/check',
      '/_guard/;/v1',
      '//_guard/challenge',
      '/v1/check',
    ])
      await ask(port, path, alice)
    assert.deepEqual(platform.seen, [])
    assert.equal((await ask(port, '/accounts', alice)).text, 'app')
  })

  test(`${name}: nobody who is not signed in is passed on, nobody is let wait for a platform that is down, and faults are the app's`, async (t) => {
    const { platform, port } = await startApp(t)
    const anonymous = await ask(port, '/_guard/status')
    assert.deepEqual([anonymous.status, anonymous.headers['www-authenticate']], [401, 'Bearer'])
    assert.equal((await ask(port, '/_guard/status', { 'x-user': 'broken' })).status, 500)
    assert.deepEqual(platform.seen, [])
    platform.stop()
    const { status, headers } = await ask(port, '/_guard/status', alice)
    assert.deepEqual([status, headers['retry-after']], [503, '1'])
  })
}
