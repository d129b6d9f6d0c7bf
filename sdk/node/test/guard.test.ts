import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWatchword, type FailureMode, type Release, type WatchwordConfig } from '../src/index.ts'
import { acceptAll, lockJson, type SeenRequest, startProtocolServer } from './protocol-server.ts'
import { createClock, createReplicaGuard } from './replica-guard.ts'

const key = 'ww_test_secret'
const failureModes: FailureMode[] = [
  { path: '/transfers/**', mode: 'closed' },
  { path: '/accounts/**', mode: 'last-known', ttl: 'PT5S' },
  { path: '/**', mode: 'open' },
]

/** A platform whose status answers are set by the test: verified, locked, ended, or no answer at all. */
const startPlatform = async (over: Partial<WatchwordConfig> = {}) => {
  const clock = createClock()
  const platform = {
    answer: 'verified' as 'verified' | 'locked' | 'ended' | 'down',
    by: 'risk' as 'risk' | 'requirement',
  }
  const captured: Record<string, unknown>[] = []
  const server = await startProtocolServer({
    answer: (request: SeenRequest) => {
      if (platform.answer === 'down') return { status: 503, headers: { 'retry-after': '1' } }
      if (request.url === '/v1/activities') {
        captured.push(...(JSON.parse(request.body) as Record<string, unknown>[]))
        return acceptAll(request)
      }
      const user = decodeURIComponent(request.url.split('/')[3] ?? '')
      const base = { user, asOf: '2026-11-22T10:00:00Z' }
      if (platform.answer === 'verified') {
        return { status: 200, body: { ...base, mfaVerified: true, locked: false, sessionState: 'active' } }
      }
      if (platform.answer === 'ended') {
        return { status: 200, body: { ...base, mfaVerified: false, locked: false, sessionState: 'ended' } }
      }
      const lock = lockJson('l-1', { session: 's-1', by: platform.by })
      return { status: 200, body: { ...base, mfaVerified: false, locked: true, lock, sessionState: 'locked' } }
    },
  })
  const releases: Release[] = []
  const client = createWatchword(
    {
      url: server.url,
      key,
      failureModes,
      onRelease: (release) => releases.push(release),
      onError: () => undefined,
      tunings: { retryForMs: 0 },
      ...over,
    },
    clock.deps,
  )
  const guard = client.createGuard({ via: 'http' })
  const outcomeOf = async (target: string, session = 's-1'): Promise<string> => {
    const verdict = await guard.admit({ user: 'alice', session }, target)
    if (verdict.outcome === 'refused') return `${verdict.refusal.status} ${verdict.refusal.body.code ?? ''}`
    return verdict.outcome === 'released' ? `released ${verdict.mode}` : verdict.outcome
  }
  const stop = async (): Promise<void> => {
    await client.close({ deadlineMs: 100 })
    await server.close()
  }
  return { platform, clock, client, releases, captured, outcomeOf, stop }
}

test('paths that are exempt while the second factor is waited for wait for nothing else: no cause, no lost contact, no other reading', async (t) => {
  const { platform, client, stop } = await startPlatform()
  t.after(stop)
  const guard = client.createGuard({ via: 'http', exemptWhilePending: ['/voice/**'] })
  const outcomeOf = async (target: string) => (await guard.admit({ user: 'alice', session: 's-1' }, target)).outcome
  platform.answer = 'locked'
  platform.by = 'requirement'
  assert.equal(await outcomeOf('/voice/call'), 'exempt')
  assert.equal(await outcomeOf('/data'), 'refused')
  assert.equal(await outcomeOf('/voice/../data'), 'refused')
  platform.answer = 'down'
  assert.equal(await outcomeOf('/voice/call'), 'refused', 'there may be a cause by now')
  platform.answer = 'locked'
  platform.by = 'risk'
  assert.equal(await outcomeOf('/voice/call'), 'refused')
})

test('closed answers 503 to the unknown, open admits, last-known admits who was verified at most ttl ago', async (t) => {
  const { platform, clock, outcomeOf, releases, stop } = await startPlatform()
  t.after(stop)
  assert.equal(await outcomeOf('/accounts/1'), 'verified')
  platform.answer = 'down'
  assert.equal(await outcomeOf('/transfers/1'), '503 unavailable')
  assert.equal(await outcomeOf('/news'), 'released open')
  assert.equal(await outcomeOf('/accounts/1'), 'released last-known')
  assert.equal(await outcomeOf('/accounts/1', 's-never-seen'), '503 unavailable')
  clock.pass(5_000)
  assert.equal(await outcomeOf('/accounts/1'), 'released last-known')
  clock.pass(1)
  assert.equal(await outcomeOf('/accounts/1?x=1'), '503 unavailable')
  assert.deepEqual(
    releases.map(({ path, mode, user, session }) => [path, mode, user, session]),
    [
      ['/news', 'open', 'alice', 's-1'],
      ['/accounts/1', 'last-known', 'alice', 's-1'],
      ['/accounts/1', 'last-known', 'alice', 's-1'],
    ],
  )
})

test('a release does not count as a verification, so last-known ends ttl after the last real answer', async (t) => {
  const { platform, clock, outcomeOf, stop } = await startPlatform()
  t.after(stop)
  await outcomeOf('/accounts/1')
  platform.answer = 'down'
  clock.pass(4_000)
  assert.equal(await outcomeOf('/accounts/1'), 'released last-known')
  clock.pass(4_000)
  assert.equal(await outcomeOf('/accounts/1'), '503 unavailable')
})

test('a lock once known stays locked in every mode while there is no answer', async (t) => {
  const { platform, outcomeOf, stop } = await startPlatform()
  t.after(stop)
  await outcomeOf('/accounts/1')
  platform.answer = 'locked'
  assert.equal(await outcomeOf('/news'), '401 insufficient-user-authentication')
  platform.answer = 'down'
  for (const target of ['/transfers/1', '/accounts/1', '/news']) {
    assert.equal(await outcomeOf(target), '401 insufficient-user-authentication', target)
  }
  assert.equal(await outcomeOf('/news', 's-other'), 'released open')
  platform.answer = 'verified'
  assert.equal(await outcomeOf('/news'), 'verified')
})

test('an ended session stays ended while there is no answer', async (t) => {
  const { platform, outcomeOf, stop } = await startPlatform()
  t.after(stop)
  platform.answer = 'ended'
  assert.equal(await outcomeOf('/news'), '401 session-ended')
  platform.answer = 'down'
  assert.equal(await outcomeOf('/news'), '401 session-ended')
})

test('each release is captured as a guard.released signal when contact is back, with its number', async (t) => {
  const { platform, client, captured, outcomeOf, stop } = await startPlatform()
  t.after(stop)
  platform.answer = 'down'
  for (let time = 0; time < 3; time++) await outcomeOf('/news')
  await outcomeOf('/news', 's-2')
  assert.equal(captured.length, 0)
  platform.answer = 'verified'
  await outcomeOf('/news')
  while (captured.length < 2) await client.flush().then(() => new Promise(setImmediate))
  assert.deepEqual(
    captured.map(({ type, user, session, signal, attributes }) => [
      type,
      user,
      session,
      signal,
      (attributes as { releases: number }).releases,
    ]),
    [
      ['signal', 'alice', 's-1', { code: 'guard.released', subject: 'session', severity: 'low' }, 3],
      ['signal', 'alice', 's-2', { code: 'guard.released', subject: 'session', severity: 'low' }, 1],
    ],
  )
})

test('an answer about another user, or one that cannot be read, is unknown and not verified', async (t) => {
  let body: unknown = { user: 'mallory', mfaVerified: true, locked: false }
  const server = await startProtocolServer({ answer: () => ({ status: 200, body }) })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key })
  const guard = client.createGuard({ via: 'http' })
  for (const answer of [body, { user: 'alice', mfaVerified: 'true', locked: false }, [], null, 'yes']) {
    body = answer
    const verdict = await guard.admit({ user: 'alice' }, '/')
    assert.equal(verdict.outcome, 'refused')
  }
  await client.close()
})

test('a user whose name would change the address asked is refused before anything is sent', async (t) => {
  const server = await startProtocolServer({ answer: () => ({ status: 200 }) })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key })
  for (const user of ['', '.', '..', '\ud800']) {
    await assert.rejects(client.check({ user }), { code: 'invalid-argument' })
  }
  assert.equal(server.requests.length, 0)
  await client.check({ user: '../keys?x#/', session: 'a&device=d' }).catch(() => undefined)
  assert.equal(server.requests[0]?.url, '/v1/users/..%2Fkeys%3Fx%23%2F/status?session=a%26device%3Dd')
  await client.close()
})

test('a guard over a replica asks about each request while it is not known there how some users stand', async (t) => {
  const guard = createReplicaGuard()
  guard.complete = false
  let down = false
  const server = await startProtocolServer({
    onSocket: guard.onSocket,
    answer: ({ url }) => {
      if (url.startsWith('/v1/users/carol/') && !down) {
        const lock = lockJson('l-1', { scope: 'user' })
        return { status: 200, body: { user: 'carol', mfaVerified: false, locked: true, lock, sessionState: 'locked' } }
      }
      if (!url.startsWith('/v1/users/alice/')) return { status: 503 }
      return { status: 200, body: { user: 'alice', mfaVerified: true, locked: false, sessionState: 'active' } }
    },
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, failureModes, tunings: { replicaPingEveryMs: 5 } })
  t.after(() => client.close({ deadlineMs: 0 }))
  const replica = client.createReplica()
  const { admit } = client.createGuard({ replica })
  await replica.ready
  assert.equal((await admit({ user: 'alice' }, '/')).outcome, 'verified')
  assert.equal((await admit({ user: 'carol' }, '/news')).outcome, 'refused')
  down = true
  assert.equal((await admit({ user: 'carol' }, '/news')).outcome, 'released', 'only the replica remembers a lock')
  assert.equal((await admit({ user: 'bob' }, '/transfers/1')).outcome, 'refused')
  const askedAboutBob = () => server.requests.filter(({ url }) => url.startsWith('/v1/users/bob/')).length
  const asked = askedAboutBob()
  guard.complete = true
  await new Promise<void>((resolve) => replica.onContact(() => replica.isComplete() && resolve()))
  assert.equal((await admit({ user: 'bob' }, '/')).outcome, 'verified')
  assert.equal(askedAboutBob(), asked)
})

test('a guard over a replica follows the failure modes while it is stale and reports its releases when it is fresh', async (t) => {
  const guard = createReplicaGuard()
  const clock = createClock()
  const captured: Record<string, unknown>[] = []
  let heard: (() => void) | undefined
  const reported = new Promise<void>((resolve) => {
    heard = resolve
  })
  const server = await startProtocolServer({
    onSocket: guard.onSocket,
    answer: (request) => {
      captured.push(...(JSON.parse(request.body) as Record<string, unknown>[]))
      heard?.()
      return acceptAll(request)
    },
  })
  t.after(server.close)
  guard.put('bob', [lockJson('l-1', { scope: 'user' })])
  const client = createWatchword({ url: server.url, key, failureModes, tunings: { replicaPingEveryMs: 5 } }, clock.deps)
  t.after(() => client.close())
  const replica = client.createReplica()
  const { admit } = client.createGuard({ replica })
  const outcomeOf = async (user: string, target: string): Promise<string> => (await admit({ user }, target)).outcome
  assert.equal(await outcomeOf('alice', '/accounts/1'), 'refused')
  await replica.ready
  assert.equal(await outcomeOf('alice', '/accounts/1'), 'verified')
  assert.equal(await outcomeOf('bob', '/news'), 'refused')
  guard.ageMs = undefined
  clock.pass(1_001)
  assert.equal(await outcomeOf('alice', '/transfers/1'), 'refused')
  assert.equal(await outcomeOf('alice', '/accounts/1'), 'released')
  assert.equal(await outcomeOf('bob', '/news'), 'refused')
  clock.pass(5_000)
  assert.equal(await outcomeOf('alice', '/accounts/1'), 'refused')
  assert.equal(captured.length, 0)
  guard.ageMs = 0
  await reported
  assert.deepEqual(captured[0]?.['signal'], { code: 'guard.released', subject: 'user', severity: 'low' })
  assert.equal(await outcomeOf('alice', '/transfers/1'), 'verified')
})

test('a verified answer that was asked for before a lock became known does not open it', async (t) => {
  const open: { readonly answer: (body: object) => void }[] = []
  let arrived: (() => void) | undefined
  const server = await startProtocolServer({
    answer: () =>
      new Promise((resolve) => {
        open.push({ answer: (body) => resolve({ status: 200, body: { user: 'alice', ...body } }) })
        arrived?.()
      }),
  })
  t.after(server.close)
  const clock = createClock()
  const client = createWatchword({ url: server.url, key }, clock.deps)
  t.after(() => client.close())
  const { admit } = client.createGuard({ via: 'http' })
  const ask = async () => {
    const atServer = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const verdict = admit({ user: 'alice', session: 's-91' }, '/')
    await atServer
    clock.pass(1)
    return { verdict }
  }
  const slow = await ask()
  const quick = await ask()
  open[1]?.answer({ mfaVerified: false, locked: true, lock: lockJson('l-1') })
  assert.equal((await quick.verdict).outcome, 'refused')
  open[0]?.answer({ mfaVerified: true, locked: false, sessionState: 'unknown' })
  assert.equal((await slow.verdict).outcome, 'refused')
  const later = await ask()
  open[2]?.answer({ mfaVerified: true, locked: false, sessionState: 'unknown' })
  assert.equal((await later.verdict).outcome, 'verified')
})
