import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import {
  getUserUEBAFromRequest,
  MetadataManagementClient,
  type MetadataManagementClientOptions,
  type UserUEBA,
} from '../src/genauth.ts'
import { acceptAll, lockJson, startProtocolServer } from './protocol-server.ts'

const startClient = async (t: TestContext, whenUnknown?: MetadataManagementClientOptions['whenUnknown']) => {
  const platform = { isAway: false }
  const captured: UserUEBA[] = []
  const paths: string[] = []
  const server = await startProtocolServer({
    answer: (request) => {
      if (platform.isAway) return undefined
      const { url, body } = request
      paths.push(url.split('?')[0] ?? '')
      if (body !== '') {
        captured.push(...(JSON.parse(body) as UserUEBA[]))
        return acceptAll(request)
      }
      const user = url.split('/')[3] ?? ''
      const locked = url.includes('session=s-locked')
      const lock = locked ? { lock: lockJson('l-1', { session: 's-locked' }) } : {}
      return { status: 200, body: { user, mfaVerified: !locked, locked, ...lock } }
    },
  })
  t.after(server.close)
  const client = new MetadataManagementClient({
    url: server.url,
    appId: 'shop',
    appSecret: 'ww_test_secret',
    onError: () => undefined,
    tunings: { retryForMs: 0, closeDeadlineMs: 100 },
    ...(whenUnknown === undefined ? {} : { whenUnknown }),
  })
  t.after(client.close)
  return { platform, captured, paths, authingUEBA: client.authingUEBA }
}

test('capture sends the UEBA object in its own names, with an id and a date that stay the same', async (t) => {
  const { authingUEBA, captured, paths } = await startClient(t)
  const server = createServer((request, response) => {
    const facts = { originalIdentity: 'alice', behaviorType: 'login', behaviorResult: 'success' }
    void authingUEBA.capture(getUserUEBAFromRequest(request, facts)).then(({ status }) => response.end(status))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  assert.equal(await (await fetch(url, { headers: { 'user-agent': 'Agent/1' } })).text(), 'accepted')
  const [{ id, requestDate, ...ueba } = {}] = captured
  assert.deepEqual(ueba, {
    ip: '127.0.0.1',
    ua: 'Agent/1',
    originalIdentity: 'alice',
    behaviorType: 'login',
    behaviorResult: 'success',
  })
  assert.match(String(id), /^[0-9a-f-]{36}$/)
  assert.ok(!Number.isNaN(Date.parse(String(requestDate))))
  assert.deepEqual(paths, ['/v1/compat/genauth/capture'])
  server.closeAllConnections()
})

test('checkUserStatus tells how a person and a session stand, with the answer for whoever is locked', async (t) => {
  const { authingUEBA } = await startClient(t)
  assert.deepEqual(await authingUEBA.checkUserStatus({ originalId: 'alice' }), { mfaVerified: true })
  const locked = await authingUEBA.checkUserStatus({ originalId: 'alice', session: 's-locked' })
  assert.equal(locked.mfaVerified, false)
  assert.equal(locked.refusal?.status, 401)
  assert.match(locked.refusal?.headers['www-authenticate'] ?? '', /lock_id="l-1"/)
})

test('while nobody knows, checkUserStatus says what was chosen, and a known lock stays', async (t) => {
  for (const [whenUnknown, unseen, seen] of [
    [undefined, false, false],
    ['closed', false, false],
    ['open', true, true],
    [{ lastKnown: 'PT1M' }, false, true],
  ] as const) {
    const { authingUEBA, platform } = await startClient(t, whenUnknown)
    const verified = async (originalId: string, session = 's-1') =>
      (await authingUEBA.checkUserStatus({ originalId, session })).mfaVerified
    await verified('seen')
    await verified('seen', 's-locked')
    platform.isAway = true
    assert.deepEqual([await verified('unseen'), await verified('seen')], [unseen, seen], JSON.stringify(whenUnknown))
    assert.equal(await verified('seen', 's-locked'), false)
  }
})
