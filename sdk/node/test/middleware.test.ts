import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { createWatchword, type WatchwordConfig } from '../src/index.ts'
import { answeredByOthers, type App, type AppGuard, frameworks } from './framework-apps.ts'
import { acceptAll, lockJson, type SeenRequest, startProtocolServer } from './protocol-server.ts'
import { createReplicaGuard } from './replica-guard.ts'

const verifiedAt = (agoMs: number): string => new Date(Date.now() - agoMs).toISOString()
const proofs: Readonly<Record<string, { readonly acr: string; readonly verifiedAt: string }>> = {
  fresh: { acr: 'urn:watchword:acr:mfa', verifiedAt: verifiedAt(1_000) },
  old: { acr: 'urn:watchword:acr:mfa', verifiedAt: verifiedAt(3_600_000) },
  phr: { acr: 'phr', verifiedAt: verifiedAt(1_000) },
  weak: { acr: 'urn:watchword:acr:password', verifiedAt: verifiedAt(1_000) },
  unreadable: { acr: 'urn:watchword:acr:mfa', verifiedAt: 'yesterday' },
  ahead: { acr: 'urn:watchword:acr:mfa', verifiedAt: verifiedAt(-3_600_000) },
}

const identify: AppGuard['identify'] = (headers) => {
  const { 'x-user': user, 'x-session': session, 'x-proof': proof } = headers
  if (user === 'broken') throw new Error('the session store is down')
  if (user === 'forgotten') return undefined as never
  if (typeof user !== 'string') return null
  const held = proofs[String(proof)]
  return { user, session: String(session), ...(held === undefined ? {} : { proof: held }) }
}

type Judged = (activity: Record<string, unknown>) => object | undefined

const startGuard = async (t: TestContext, config: Partial<WatchwordConfig> = {}, judged: Judged = () => undefined) => {
  const guard = createReplicaGuard()
  const activities: Record<string, unknown>[] = []
  const answer = (request: SeenRequest) => {
    if (request.headers['prefer'] === undefined) return acceptAll(request)
    const activity = JSON.parse(request.body) as Record<string, unknown>
    activities.push(activity)
    const assessment = judged(activity)
    const results = [{ id: activity['id'], status: 'accepted', ...(assessment === undefined ? {} : { assessment }) }]
    return { status: assessment === undefined ? 202 : 200, body: { results } }
  }
  const server = await startProtocolServer({ onSocket: guard.onSocket, answer })
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
  const client = createWatchword({ url: server.url, key: 'ww_test_secret', ...config })
  t.after(() => client.close({ deadlineMs: 100 }))
  const replica = client.createReplica()
  await replica.ready
  return { client, replica, guard, server, activities }
}

const exempt = ['/public/**']
const admitting: App['handle'] = async () => 'admitted'

for (const [name, start] of Object.entries(frameworks)) {
  const startApp = async (t: TestContext, over: Partial<App> = {}, guard: Partial<AppGuard> = {}) => {
    const { client, replica } = await startGuard(t)
    return start(t, { guard: { client, replica, identify, exempt, ...guard }, handle: admitting, ...over })
  }
  const asUser = (user: string, session = 's-1', proof = ''): RequestInit => ({
    headers: { 'x-user': user, 'x-session': session, 'x-proof': proof },
  })

  test(`${name}: the verified, the anonymous and exempt paths pass; the locked and the ended do not`, async (t) => {
    let handled = 0
    const url = await startApp(t, { handle: async () => `admitted ${++handled}` })
    const statusOf = async (path: string, user?: string, session?: string): Promise<number> =>
      (await fetch(url + path, user === undefined ? {} : asUser(user, session))).status
    assert.equal(await statusOf('/a', 'bob'), 200)
    assert.equal(await statusOf('/a'), 200)
    assert.equal(await statusOf('/a', 'alice', 's-2'), 200)
    assert.equal(await statusOf('/public/a', 'alice', 's-91'), 200)
    assert.equal(handled, 4)
    assert.equal(await statusOf('/a', 'alice', 's-91'), 401)
    assert.equal(await statusOf('/a', 'alice', 's-ended'), 401)
    assert.equal(await statusOf('/public//a', 'alice', 's-91'), 401)
    assert.equal(await statusOf('/PUBLIC/a', 'alice', 's-91'), 401)
    assert.equal(await statusOf('/a', 'broken'), 500)
    assert.equal(await statusOf('/a', 'forgotten'), 500)
    assert.equal(handled, 4, 'a refused request reached the app')
  })

  test(`${name}: a locked session gets the challenge of RFC 9470 and a problem that names the lock`, async (t) => {
    const url = await startApp(t)
    const response = await fetch(url, asUser('alice', 's-91'))
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
    const url = await startApp(t)
    const response = await fetch(url, asUser('alice', 's-ended'))
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer error="invalid_token"/)
    assert.equal(((await response.json()) as { code: string }).code, 'session-ended')
  })

  test(`${name}: nothing in a lock can end a header value or start another header`, async (t) => {
    const url = await startApp(t)
    const response = await fetch(url, asUser('eve'))
    assert.equal(response.status, 401)
    assert.equal(response.headers.get('set-cookie'), null)
    assert.equal(response.headers.get('x-evil'), null)
    const header = response.headers.get('www-authenticate') ?? ''
    assert.match(
      header,
      /^Bearer [a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]*"(?:, [a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]*")*$/,
    )
    assert.equal(header.match(/error="/g)?.length, 1)
    const mallory = await fetch(url, asUser('mallory'))
    assert.doesNotMatch(mallory.headers.get('www-authenticate') ?? '', /javascript|challenge_uri/)
  })

  test(`${name}: a stream of the app is sent as it comes, a body of the client arrives whole`, async (t) => {
    let goOn: (() => void) | undefined
    const firstRead = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const parts = async function* () {
      yield Buffer.from('first;')
      await firstRead
      yield Buffer.from('second')
    }
    const url = await startApp(t, {
      handle: async (path, body) => (path === '/stream' ? Readable.from(parts()) : body()),
    })
    const { body } = await fetch(`${url}/stream`, asUser('bob'))
    const chunks: string[] = []
    for await (const chunk of body ?? []) {
      chunks.push(Buffer.from(chunk).toString())
      goOn?.()
    }
    assert.equal(chunks.join(''), 'first;second')
    const sent = 'x'.repeat(300_000)
    const echo = await fetch(`${url}/echo`, { ...asUser('bob'), method: 'POST', body: sent })
    assert.equal((await echo.text()).length, sent.length)
  })

  test(`${name}: an error of the app reaches the app's own handler`, async (t) => {
    const url = await startApp(t, {
      handle: async () => {
        throw new Error('of the app')
      },
    })
    const response = await fetch(url, asUser('bob'))
    assert.deepEqual(
      [response.status, await response.text()],
      [
        500,
        name === 'fastify'
          ? JSON.stringify({
              statusCode: 500,
              error: 'Internal Server Error',
              message: 'of the app',
            })
          : 'of the app',
      ],
    )
  })

  test(`${name}: without contact the failure mode of the route counts, and a known lock stays`, async (t) => {
    const { client, replica, guard, server } = await startGuard(t, {
      failureModes: [
        { path: '/transfers/**', mode: 'closed' },
        { path: '/**', mode: 'open' },
      ],
      tunings: { replicaStalenessMaxMs: 20, replicaPingEveryMs: 5, reconnectMinMs: 60_000, reconnectMaxMs: 60_000 },
      onError: () => undefined,
    })
    const url = await start(t, { guard: { client, replica, identify }, handle: admitting })
    guard.ageMs = undefined
    await server.close()
    while (replica.check({ user: 'bob' }) !== 'unknown') await new Promise(setImmediate)
    const closed = await fetch(`${url}/transfers/1`, asUser('bob'))
    assert.deepEqual([closed.status, closed.headers.get('retry-after')], [503, '1'])
    assert.equal(((await closed.json()) as { code: string }).code, 'unavailable')
    assert.equal((await fetch(`${url}/news`, asUser('bob'))).status, 200)
    assert.equal((await fetch(`${url}/news`, asUser('alice', 's-91'))).status, 401)
  })

  test(`${name}: maxAge and acr ask for a proof that is recent and strong enough`, async (t) => {
    const acr = ['urn:watchword:acr:mfa', 'phr']
    const url = await startApp(t, {}, { maxAge: 'PT5M', acr })
    const statusOf = async (proof: string) => (await fetch(url, asUser('bob', 's-1', proof))).status
    assert.equal(await statusOf('fresh'), 200)
    for (const proof of ['', 'old', 'weak', 'unreadable', 'ahead']) assert.equal(await statusOf(proof), 401, proof)
    const response = await fetch(url, asUser('bob', 's-1', 'old'))
    assert.equal(
      response.headers.get('www-authenticate'),
      'Bearer error="insufficient_user_authentication", error_description="A fresh second factor is required", ' +
        'acr_values="urn:watchword:acr:mfa phr", max_age="300"',
    )
    const locked = await fetch(url, asUser('alice', 's-91', 'fresh'))
    assert.match(locked.headers.get('www-authenticate') ?? '', /lock_id="l-1"/)
  })

  test(`${name}: step-up downgrade (#16): a password or a code does not do where a passkey is asked for, the reverse does`, async (t) => {
    const strict = await startApp(t, {}, { acr: 'phr', maxAge: 'PT5M' })
    const asked = async (url: string, proof: string) => {
      const answer = await fetch(url, asUser('bob', 's-1', proof))
      return [answer.status, answer.headers.get('www-authenticate')?.replace(/.*(acr_values)/, '$1')]
    }
    for (const proof of ['', 'weak', 'fresh', 'old'])
      assert.deepEqual(await asked(strict, proof), [401, 'acr_values="phr", max_age="300"'], proof)
    assert.deepEqual(await asked(strict, 'phr'), [200, undefined])
    const lenient = await startApp(t, {}, { acr: 'urn:watchword:acr:mfa' })
    assert.deepEqual(await asked(lenient, 'phr'), [200, undefined])
    assert.deepEqual(await asked(lenient, 'weak'), [401, 'acr_values="urn:watchword:acr:mfa", max_age="0"'])
  })

  test(`${name}: a lock that a passkey alone may open asks for no less, whatever the route asks for`, async (t) => {
    const { client, replica, guard } = await startGuard(t)
    guard.put('dora', [lockJson('l-5', { scope: 'user', factors: ['webauthn'] })])
    for (const acr of ['urn:watchword:acr:mfa', 'urn:app:other'])
      for (const options of [{}, { acr }]) {
        const url = await start(t, { guard: { client, replica, identify, ...options }, handle: admitting })
        const { headers } = await fetch(url, asUser('dora', 's-1', 'phr'))
        assert.match(headers.get('www-authenticate') ?? '', /acr_values="phr", max_age="0", lock_id="l-5"/)
      }
  })

  test(`${name}: an action is judged before it is let through, and waits for the lock that is asked for`, async (t) => {
    const { client, replica, guard, activities } = await startGuard(t, { failureModes: [] }, ({ user }) => {
      if (user === 'bob') return { decision: 'allow' }
      if (user === 'slow') return undefined
      guard.put('carol', [lockJson('l-9', { scope: 'user' })])
      return { decision: 'step-up' }
    })
    const action = { type: 'export', resource: '/customers', sensitivity: 'high' }
    const url = await start(t, { guard: { client, replica, identify, action }, handle: admitting })
    assert.equal((await fetch(url, asUser('bob'))).status, 200)
    const { type, outcome, user, session, ip, action: told } = activities[0] ?? {}
    assert.deepEqual(
      [type, outcome, user, session, ip, told],
      ['access', 'attempted', 'bob', 's-1', '127.0.0.1', action],
    )
    const refused = await fetch(url, asUser('carol'))
    assert.equal(refused.status, 401)
    assert.match(refused.headers.get('www-authenticate') ?? '', /lock_id="l-9"/)
    assert.equal((await fetch(url, asUser('slow'))).status, 503, 'what nobody judged is unknown')
  })
}

for (const name of answeredByOthers)
  test(`${name}: a request that was answered while it was decided is answered once and does not reach the app`, async (t) => {
    const { client, replica } = await startGuard(t)
    let handled = 0
    let expire: (() => void) | undefined
    const timeout = new Promise<void>((resolve) => {
      expire = resolve
    })
    const decided = Promise.withResolvers<void>()
    const slowly: AppGuard['identify'] = async (headers) => {
      expire?.()
      await timeout
      await new Promise(setImmediate)
      await decided.promise
      return identify(headers)
    }
    const url = await frameworks[name](t, {
      guard: { client, replica, identify: slowly },
      handle: async () => `admitted ${++handled}`,
      timeout,
    })
    for (const headers of [
      { 'x-user': 'bob', 'x-session': 's-1' },
      { 'x-user': 'alice', 'x-session': 's-91' },
    ]) {
      const response = await fetch(url, { headers })
      assert.deepEqual([response.status, await response.text()], [504, 'late'])
    }
    decided.resolve()
    await client.flush()
    // The server is alive and well, so nothing was thrown for want of an answer.
    assert.equal((await fetch(url, { headers: { 'x-user': 'bob' } })).status, 504)
    assert.equal(handled, 0)
  })
