import { startUp } from '@watchword/cli/testing'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { generateSync } from 'otplib'
import { chromium } from 'playwright-core'
import { codeBlocks } from '../src/code-blocks.ts'
import { runPageApp } from '../src/page-app.ts'

const document = 'docs/how-to/move-from-genauth.md'
const flags = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'
const html = `<!doctype html><html lang="en"><title>Shop</title>
<script type="importmap">{ "imports": { "@watchword/browser": "/watchword.js" } }</script>
<script type="module">
  import { protectSession } from '/page.js'
  const { url, user, session } = Object.fromEntries(new URLSearchParams(location.search))
  const ask = async (path, body) => {
    const headers = { 'content-type': 'application/json', 'x-session': session }
    const answer = await fetch('/backend' + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(path + ': ' + answer.status)
    return answer.json()
  }
  window.told = []
  const tell = (what) => window.told.push(what)
  protectSession({ url, user, session, ask, onToken: tell, onFailed: (error) => tell(error.code ?? error.message) })
</script>`

/** Serves the page of the document, and its backend below `/backend`. */
const servePage = async (backend: string): Promise<Server> => {
  const [pageCode = ''] = codeBlocks(document, 'genauth-page')
  const files: Readonly<Record<string, readonly [type: string, content: string]>> = {
    '/': ['text/html', html],
    '/page.js': ['text/javascript', pageCode],
    '/watchword.js': ['text/javascript', readFileSync(new URL(import.meta.resolve('@watchword/browser')), 'utf8')],
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const { pathname } = new URL(request.url ?? '/', 'http://page')
    const [type, content] = files[pathname] ?? []
    if (type !== undefined) return response.setHeader('content-type', type).end(content)
    if (!pathname.startsWith('/backend/')) return response.writeHead(404).end()
    const answer = await fetch(backend + pathname.slice('/backend'.length), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-session': String(request.headers['x-session']) },
      body: await text(request),
    })
    return response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  }
  const server = createServer((request, response) => void serve(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const start = async (t: TestContext) => {
  const platform = await startUp()
  t.after(platform.stop)
  const [code = ''] = codeBlocks(document, 'genauth-backend')
  const backend = await runPageApp(code, { WATCHWORD_URL: platform.url, WATCHWORD_KEY: platform.key })
  t.after(backend.stop)
  const server = await servePage(backend.url)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' }
    const answer = await fetch(platform.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.ok(answer.ok, `${path}: ${answer.status}`)
    return (await answer.json()) as Record<string, unknown>
  }
  await call('/v1/apps', { id: 'demo', name: 'Demo', origins: [origin] })
  const signIn = async (user: string): Promise<string> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${backend.url}/login`, { method: 'POST', headers, body: JSON.stringify({ user }) })
    return ((await answer.json()) as { session: string }).session
  }
  return { platform, origin, call, signIn }
}

test("a page by GenAuth's guide is told of a lock, asks, and its backend takes the mfaToken; after a reload it asks again", async (t) => {
  const { platform, origin, call, signIn } = await start(t)
  const codeAt = (secret: string, steps = 0): string =>
    generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + steps * 30 })
  const session = await signIn('alice')
  const { factor, secret } = (await call('/v1/users/alice/factors/totp', {})) as { factor: string; secret: string }
  await call(`/v1/users/alice/factors/totp/${factor}/confirm`, { code: codeAt(secret, -1) })

  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: flags.split(' '),
  })
  t.after(() => browser.close())
  const page = await browser.newPage()
  page.setDefaultTimeout(15_000)
  const url = platform.url.replace('//127.0.0.1:', '//localhost:')
  await page.goto(`${origin}/?${new URLSearchParams({ url, user: 'alice', session }).toString()}`)
  const dialog = page.locator('watchword-challenge dialog[open]')
  await call('/v1/users/alice/lock', { reason: 'a test', session })
  await dialog.waitFor()
  await page.reload()
  await dialog.waitFor()
  await page.locator('watchword-challenge input').fill(codeAt(secret))
  await page.waitForFunction('window.told.length > 0')
  assert.deepEqual(await page.evaluate('window.told'), [{ verified: 'alice', amr: ['otp'] }])
  assert.equal(await page.locator('watchword-challenge').count(), 0)
})
