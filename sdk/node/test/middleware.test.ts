import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import express from 'express'
import { fastify } from 'fastify'
import { requireVerified as requireVerifiedExpress } from '../src/express.ts'
import { requireVerified as requireVerifiedFastify } from '../src/fastify.ts'
import { createWatchword } from '../src/index.ts'
import { lockJson, startProtocolServer } from './protocol-server.ts'
import { createReplicaGuard } from './replica-guard.ts'

const identify = (request: { headers: Record<string, string | string[] | undefined> }) => {
  const { 'x-user': user, 'x-session': session } = request.headers
  if (user === 'broken') throw new Error('the session store is down')
  if (user === 'forgotten') return undefined as never
  return typeof user === 'string' ? { user, session: String(session) } : null
}

const startGuard = async (t: TestContext) => {
  const guard = createReplicaGuard()
  const server = await startProtocolServer({ onSocket: guard.onSocket })
  t.after(server.close)
  guard.put('alice', [lockJson('l-1')], ['s-ended'])
  guard.put('eve', [
    lockJson('x", error="none"\r\nSet-Cookie: a=b', {
      reasonUser: { en: 'bad"\\\r\nSet-Cookie: stolen=1 \u202e\u00fc' },
      challengeUri: 'https://bank.example/"\r\nX-Evil: 1',
      scope: 'user',
    }),
  ])
  guard.put('mallory', [lockJson('l-2', { challengeUri: 'javascript:alert(1)', scope: 'user' })])
  const client = createWatchword({ url: server.url, key: 'ww_test_secret' })
  t.after(() => client.close())
  const replica = client.createReplica()
  await replica.ready
  return { client, replica }
}

const startExpress = async (t: TestContext): Promise<string> => {
  const { client, replica } = await startGuard(t)
  const app = express()
  app.use(requireVerifiedExpress({ client, replica, identify, exempt: ['/public/**'] }))
  app.use((_request: express.Request, response: express.Response) => void response.send('admitted'))
  app.use((error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    response.status(500).send(error.message)
  })
  const server = createServer(app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const startFastify = async (t: TestContext): Promise<string> => {
  const { client, replica } = await startGuard(t)
  const app = fastify()
  app.addHook('onRequest', requireVerifiedFastify({ client, replica, identify, exempt: ['/public/**'] }))
  app.all('/*', () => 'admitted')
  t.after(() => app.close())
  return app.listen({ port: 0, host: '127.0.0.1' })
}

for (const [name, start] of [
  ['express', startExpress],
  ['fastify', startFastify],
] as const) {
  test(`${name}: the verified, the anonymous and exempt paths pass; the locked and the ended do not`, async (t) => {
    const url = await start(t)
    const statusOf = async (path: string, user?: string, session = 's-1'): Promise<number> => {
      const headers = user === undefined ? {} : { 'x-user': user, 'x-session': session }
      return (await fetch(url + path, { headers })).status
    }
    assert.equal(await statusOf('/a', 'bob'), 200)
    assert.equal(await statusOf('/a'), 200)
    assert.equal(await statusOf('/a', 'alice', 's-2'), 200)
    assert.equal(await statusOf('/a', 'alice', 's-91'), 401)
    assert.equal(await statusOf('/a', 'alice', 's-ended'), 401)
    assert.equal(await statusOf('/public/a', 'alice', 's-91'), 200)
    assert.equal(await statusOf('/public//a', 'alice', 's-91'), 401)
    assert.equal(await statusOf('/PUBLIC/a', 'alice', 's-91'), 401)
    assert.equal(await statusOf('/a', 'broken'), 500)
    assert.equal(await statusOf('/a', 'forgotten'), 500)
  })

  test(`${name}: a locked session gets the challenge of RFC 9470 and a problem that names the lock`, async (t) => {
    const url = await start(t)
    const response = await fetch(url, { headers: { 'x-user': 'alice', 'x-session': 's-91' } })
    assert.equal(
      response.headers.get('www-authenticate'),
      'Bearer error="insufficient_user_authentication", error_description="We noticed a sign-in from a new place.", ' +
        'acr_values="urn:watchword:acr:mfa", max_age="0", lock_id="l-1", challenge_uri="https://bank.example/verify"',
    )
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    const body = (await response.json()) as { code: string; status: number; lock: { id: string } }
    assert.deepEqual([body.code, body.status, body.lock.id], ['insufficient-user-authentication', 401, 'l-1'])
  })

  test(`${name}: an ended session is told that its token is no longer valid`, async (t) => {
    const url = await start(t)
    const response = await fetch(url, { headers: { 'x-user': 'alice', 'x-session': 's-ended' } })
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer error="invalid_token"/)
    assert.equal(((await response.json()) as { code: string }).code, 'session-ended')
  })

  test(`${name}: nothing in a lock can end a header value or start another header`, async (t) => {
    const url = await start(t)
    const response = await fetch(url, { headers: { 'x-user': 'eve', 'x-session': 's-1' } })
    assert.equal(response.status, 401)
    assert.equal(response.headers.get('set-cookie'), null)
    assert.equal(response.headers.get('x-evil'), null)
    const header = response.headers.get('www-authenticate') ?? ''
    assert.match(
      header,
      /^Bearer [a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]*"(?:, [a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]*")*$/,
    )
    assert.equal(header.match(/error="/g)?.length, 1)
    const mallory = await fetch(url, { headers: { 'x-user': 'mallory', 'x-session': 's-1' } })
    assert.doesNotMatch(mallory.headers.get('www-authenticate') ?? '', /javascript|challenge_uri/)
  })
}
