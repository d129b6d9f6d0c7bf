import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createWatchword } from '../src/index.ts'
import { startAuthorizationPlatform } from './authorization-platform.ts'
import { authorizedFrameworks } from './framework-apps.ts'

const startPlatform = async (t: TestContext) => {
  const platform = await startAuthorizationPlatform()
  const stop = platform.close
  t.after(() => stop())
  const client = createWatchword({
    url: platform.url,
    key: 'ww_test_secret',
    failureModes: [{ path: '/**', mode: 'open' }],
    tunings: { requestTimeoutMs: 1_000 },
  })
  t.after(() => client.close())
  return { platform, client }
}

for (const [name, start] of Object.entries(authorizedFrameworks)) {
  test(`${name}: an action passes once, after its approval, in its session and with its parameters`, async (t) => {
    const { platform, client } = await startPlatform(t)
    let done = 0
    const url = await start(t, client, async () => `done ${++done}`)
    const send = async (amount: string, more: Record<string, string> = {}) => {
      const headers = { 'x-user': 'alice', 'x-session': 's-91', 'x-amount': amount, ...more }
      const response = await fetch(`${url}/transfers`, { method: 'POST', headers })
      const text = await response.text()
      const body = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: string; authorization?: { id: string } }
      return { status: response.status, headers: response.headers, ...body }
    }
    const asked = await send('500')
    assert.deepEqual([asked.status, asked.code], [401, 'authorization-required'])
    const id = asked.authorization?.id ?? ''
    assert.match(
      asked.headers.get('www-authenticate') ?? '',
      new RegExp(
        `^Bearer error="insufficient_user_authentication", .*acr_values="[^"]+", max_age="0", authorization_id="${id}"$`,
      ),
    )
    const named = { 'x-watchword-authorization': id }
    const waiting = await send('500', named)
    assert.deepEqual([waiting.status, waiting.code], [401, 'approval-pending'])
    assert.equal(waiting.headers.get('retry-after'), '1')
    await client.authorizations.approve(id, { answer: 'approve' })
    assert.deepEqual([(await send('501', named)).code, done], ['parameters-changed', 0])
    assert.deepEqual([(await send('500', { ...named, 'x-session': 's-other' })).status, done], [403, 0])
    assert.deepEqual([(await send('500', named)).status, done], [200, 1])
    const again = await send('500', named)
    assert.deepEqual([again.status, again.code, done], [403, 'already-consumed', 1])
    const unknown = await send('500', { 'x-watchword-authorization': 'a"b' })
    assert.deepEqual([unknown.status, unknown.code], [403, 'not-found'])
    assert.deepEqual(platform.used, [id])
  })

  test(`${name}: who is not signed in, or cannot be asked about, does not pass in any failure mode`, async (t) => {
    const { platform, client } = await startPlatform(t)
    const url = await start(t, client, async () => 'done')
    const nobody = await fetch(url, { method: 'POST' })
    assert.deepEqual([nobody.status, ((await nobody.json()) as { code: string }).code], [401, 'missing-credentials'])
    await platform.close()
    const headers = { 'x-user': 'alice', 'x-session': 's-91', 'x-amount': '1' }
    const unknown = await fetch(url, { method: 'POST', headers })
    assert.deepEqual([unknown.status, unknown.headers.get('retry-after')], [503, '1'])
    const sessionless = await fetch(url, { method: 'POST', headers: { 'x-user': 'alice' } })
    assert.equal(sessionless.status, 500)
  })
}
