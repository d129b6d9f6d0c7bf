import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createWatchword, type Release, type ReleaseReview } from '../src/index.ts'
import { type Fault, faults, startFaultyPlatform } from './faulty-platform.ts'
import { lockJson } from './protocol-server.ts'
import { createClock } from './replica-guard.ts'

const paths = { open: '/news', closed: '/transfers', 'last-known': '/accounts' } as const
type Mode = keyof typeof paths
const ttlMs = 60_000
const checkTimeoutMs = 59_999

/** What is known of a user before contact is lost, and what a request of theirs gets in each mode afterwards. */
const expected: Readonly<Record<string, Readonly<Record<Mode, string>>>> = {
  locked: { open: '401', closed: '401', 'last-known': '401' },
  verified: { open: 'released open', closed: '503', 'last-known': 'released last-known' },
  'verified-too-long-ago': { open: 'released open', closed: '503', 'last-known': '503' },
  'never-seen': { open: 'released open', closed: '503', 'last-known': '503' },
}

const startApp = async (t: TestContext, via: 'http' | 'replica') => {
  const platform = await startFaultyPlatform()
  t.after(platform.close)
  const clock = createClock()
  const releases: Release[] = []
  const reviews: ReleaseReview[] = []
  let reviewed: (() => void) | undefined
  const client = createWatchword(
    {
      url: platform.url,
      key: 'ww_test_secret',
      failureModes: [
        { path: paths.closed, mode: 'closed' },
        { path: paths['last-known'], mode: 'last-known', ttl: 'PT60S' },
        { path: paths.open, mode: 'open' },
      ],
      onRelease: (release) => releases.push(release),
      onReleaseReviewed: (review) => {
        reviews.push(review)
        reviewed?.()
      },
      onError: () => undefined,
      tunings: { checkTimeoutMs, replicaPingEveryMs: 5, reconnectMinMs: 5, reconnectMaxMs: 10, retryMaxMs: 10 },
    },
    {
      ...clock.deps,
      // A platform that is well may take its time, however busy this machine is; one that never answers is given up soon.
      setTimeout: (run, ms) => setTimeout(run, ms === checkTimeoutMs && platform.isBroken() ? 20 : ms),
    },
  )
  t.after(() => client.close({ deadlineMs: 0 }))
  const replica = client.createReplica()
  await replica.ready
  const guard = client.createGuard({ via, replica })
  const outcomeOf = async (user: string, mode: Mode): Promise<string> => {
    const verdict = await guard.admit({ user, session: 's-1' }, paths[mode])
    if (verdict.outcome === 'refused') return String(verdict.refusal.status)
    return verdict.outcome === 'released' ? `released ${verdict.mode}` : verdict.outcome
  }
  const allReviewed = async (count: number): Promise<void> => {
    while (reviews.length < count) {
      await new Promise<void>((resolve) => {
        reviewed = resolve
      })
    }
  }
  return { platform, clock, client, releases, reviews, outcomeOf, allReviewed }
}

const lockOf = (id: string) => lockJson(id, { session: 's-1' })

const playFault = async (t: TestContext, via: 'http' | 'replica', fault: Fault): Promise<void> => {
  const { platform, clock, client, releases, reviews, outcomeOf, allReviewed } = await startApp(t, via)
  platform.put('locked', [lockOf('l-1')])
  while ((await outcomeOf('locked', 'open')) !== '401') await new Promise(setImmediate)
  assert.equal(await outcomeOf('verified-too-long-ago', 'last-known'), 'verified')
  clock.pass(1)
  assert.equal(await outcomeOf('verified', 'last-known'), 'verified')

  await platform.break(fault)
  clock.pass(ttlMs)
  for (const [user, byMode] of Object.entries(expected))
    for (const [mode, outcome] of Object.entries(byMode))
      assert.equal(await outcomeOf(user, mode as Mode), outcome, `${fault}, ${user}, ${mode}`)

  const told = releases.map(({ user, mode, path }) => `${user} ${mode} ${path}`)
  assert.deepEqual(told, [
    'verified open /news',
    'verified last-known /accounts',
    'verified-too-long-ago open /news',
    'never-seen open /news',
  ])
  assert.equal(reviews.length, 0)
  assert.deepEqual(platform.captured, [], 'a release was reported without contact')

  // What happened meanwhile was not known; with contact it is, without a request that asks.
  platform.put('never-seen', [lockOf('l-2')])
  platform.put('locked', [])
  await platform.mend()
  await allReviewed(4)
  await client.flush()
  const standings = reviews.map(
    ({ release, count, standing }) => `${release.user} ${release.mode} ${count} ${standing}`,
  )
  assert.deepEqual(standings.toSorted(), [
    'never-seen open 1 locked',
    'verified last-known 1 verified',
    'verified open 1 verified',
    'verified-too-long-ago open 1 verified',
  ])
  const reported = platform.captured.map(({ user, signal, attributes }) => {
    const { code, severity } = signal as { code: string; severity: string }
    const { mode, releases: count, standing } = attributes as Record<string, unknown>
    return [user, code, severity, mode, count, standing].join(' ')
  })
  assert.deepEqual(reported.toSorted(), [
    'never-seen guard.released high open 1 locked',
    'verified guard.released low last-known 1 verified',
    'verified guard.released low open 1 verified',
    'verified-too-long-ago guard.released low open 1 verified',
  ])
  for (const mode of ['open', 'closed', 'last-known'] as const) {
    assert.equal(await outcomeOf('never-seen', mode), '401')
    assert.equal(await outcomeOf('verified', mode), 'verified')
    assert.equal(await outcomeOf('locked', mode), 'verified', 'what was unlocked meanwhile is free again')
  }
  assert.equal(releases.length, 4)
}

for (const via of ['http', 'replica'] as const)
  for (const fault of faults)
    test(`${via}: every mode holds while the platform is ${fault}, and releases are reported and looked at again after it`, (t) =>
      playFault(t, via, fault))
