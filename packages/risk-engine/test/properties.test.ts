import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Activity, NetworkKind, Profile, VerificationOutcome } from '../src/index.ts'
import { applyVerification, assess, emptyProfile, observe, profileBounds } from '../src/index.ts'
import { activity, agent, balanced, berlin, learnedLogins, otherAgent, start, strict } from './given.ts'

const runs = { numRuns: 150 }
const name = (prefix: string, count: number) => fc.integer({ min: 0, max: count }).map((index) => `${prefix}-${index}`)
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 })

const network = fc.record({
  kind: fc.constantFrom<NetworkKind>('public', 'public', 'private', 'cgnat', 'unknown'),
  host: fc.integer({ min: 0, max: 60 }),
  country: orNull(name('C', 15)),
  latitude: orNull(fc.integer({ min: -90, max: 90 })),
  asn: orNull(fc.integer({ min: 1, max: 5 })),
  type: orNull(fc.constantFrom('mobile', 'vpn', 'tor', 'hosting', 'residential', 'constructor')),
  reputation: orNull(fc.constantFrom('ok' as const, 'bad' as const)),
  trusted: fc.option(fc.constant({ reason: 'office' }), { nil: null, freq: 9 }),
})

const activities: fc.Arbitrary<Activity> = fc
  .record({
    type: fc.constantFrom('login', 'login', 'access', 'logout', 'credential-change', 'context', 'signal'),
    outcome: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed', 'attempted'),
    session: orNull(name('session', 12)),
    device: orNull(name('device', 12)),
    fingerprint: orNull(name('fingerprint', 12)),
    minutes: fc.integer({ min: 0, max: 10_000 }),
    late: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
    methods: fc.constantFrom(['pwd'], ['pwd'], ['pwd', 'otp']),
    signals: fc.constantFrom([], [], [], ['token-replay'], ['phishing-proxy'], ['odd', '__proto__']),
    network: orNull(network),
    agent: fc.constantFrom(agent, agent, otherAgent, null),
    deviceOwnedByOther: fc.boolean(),
    facts: fc.record({ deviceShared: fc.boolean(), fingerprintShared: fc.boolean(), ipShared: fc.boolean() }),
  })
  .map(({ minutes, network: found, ...rest }) =>
    activity({
      ...rest,
      at: start + minutes * 60_000,
      network: found === null ? null : place(found),
    }),
  )

type Found = typeof network extends fc.Arbitrary<infer T> ? T : never

function place({ host, latitude, ...found }: Found): Activity['network'] {
  const address = `198.51.${host}.1`
  return { ...berlin, ...found, address, prefix: `198.51.${host}.0/24`, latitude, longitude: latitude }
}

type Step = { readonly activity: Activity; readonly answer: VerificationOutcome['kind'] | null; readonly own: boolean }

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    activity: activities,
    answer: fc.constantFrom(null, null, 'passed', 'factor-added', 'failed', 'session-ended', 'factor-removed'),
    own: fc.boolean(),
  }),
  { maxLength: 80 },
)

function fold(sequence: readonly Step[], each: (profile: Profile) => void = () => undefined): string {
  const out: unknown[] = []
  let profile = emptyProfile
  for (const [index, step] of sequence.entries()) {
    const given = { ...step.activity, id: `a-${index}` }
    const assessment = assess(given, profile, balanced)
    profile = observe(profile, given, assessment)
    if (step.answer !== null) {
      const { app, session, receivedAt: at } = given
      const [vouched, disowned] = step.own ? [[given.id], []] : [[], [given.id]]
      const from = { app, session, device: given.device, reason: null }
      const outcome = { kind: step.answer, vouched, disowned, ...from, activeFactors: index % 2, at }
      profile = applyVerification(profile, outcome)
    }
    each(profile)
    out.push(assessment, profile)
  }
  return JSON.stringify(out)
}

test('the profile stays within its bounds after any sequence', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      fold(sequence, (profile) => {
        for (const table of [
          'devices',
          'fingerprints',
          'addresses',
          'countries',
          'sessions',
          'places',
          'pending',
          'disowned',
        ] as const) {
          assert.ok(profile[table].length <= profileBounds[table], table)
        }
        assert.ok(profile.pending.every((entry) => entry.activities.length <= profileBounds.pendingActivities))
        assert.ok(profile.loginsWithDevice <= profile.loginsLearned)
      })
    }),
    runs,
  )
})

test('replaying a sequence, also through JSON and with keys in another order, gives the same bytes', () => {
  const reversed = (_: string, value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toReversed())
      : value
  fc.assert(
    fc.property(steps, (sequence) => {
      const bytes = fold(sequence)
      assert.equal(fold(sequence), bytes)
      const other = JSON.parse(JSON.stringify(sequence, reversed)) as readonly Step[]
      assert.equal(fold(other), bytes)
    }),
    runs,
  )
})

test('the score lies in 0..100 and is the clamped sum of its signals', () => {
  fc.assert(
    fc.property(steps, activities, (sequence, given) => {
      let last = emptyProfile
      fold(sequence, (profile) => {
        last = profile
      })
      const { score, signals, lock, decision, probability } = assess(given, last, balanced)
      assert.ok(score >= 0 && score <= 100)
      assert.equal(
        score,
        Math.min(
          100,
          signals.reduce((sum, { points }) => sum + points, 0),
        ),
      )
      assert.ok(signals.every(({ status, points }) => status === 'evidence' || points === 0))
      assert.equal(new Set(signals.map(({ code }) => code)).size, signals.length)
      assert.equal(lock !== null, decision === 'step-up' || decision === 'deny')
      assert.ok(probability > 0 && probability < 1)
    }),
    runs,
  )
})

test('more evidence of risk never lowers the score', () => {
  const worse: readonly ((given: Activity) => Activity)[] = [
    (given) => ({ ...given, signals: [...given.signals, 'token-replay'] }),
    (given) => ({ ...given, facts: { ...given.facts, deviceShared: true } }),
    (given) => ({ ...given, deviceOwnedByOther: true }),
    (given) => ({ ...given, facts: { ...given.facts, fingerprintShared: true } }),
    (given) => (given.network === null ? given : { ...given, network: { ...given.network, reputation: 'bad' } }),
    (given) => (given.network === null ? given : { ...given, network: { ...given.network, type: 'tor' } }),
    (given) => (given.network === null ? given : { ...given, network: { ...given.network, trusted: null } }),
    (given) => (given.device === null ? given : { ...given, device: 'never seen' }),
    (given) => (given.fingerprint === null ? given : { ...given, fingerprint: 'never seen' }),
  ]
  fc.assert(
    fc.property(steps, activities, fc.constantFrom(...worse), (sequence, given, change) => {
      // One documented interaction: a copied device id on another operating system, shared at that (50 + 36 + 1), may
      // weigh more than a device nobody knows (58 + 6).
      let profile = learnedLogins(3)
      for (const step of sequence) profile = observe(profile, step.activity, assess(step.activity, profile, balanced))
      const before = assess(given, profile, balanced)
      const after = assess(change(given), profile, balanced)
      assert.ok(
        after.score >= before.score - interaction(before.reasonAdmin),
        `${before.reasonAdmin} > ${after.reasonAdmin}`,
      )
    }),
    runs,
  )
})

function interaction(reason: string): number {
  return reason.includes('device.mismatch') ? 23 : 0
}

test('a context that is always disowned never becomes known', () => {
  const thief = { device: 'thief', fingerprint: 'thief-print', network: { ...berlin, address: '203.0.113.66' } }
  fc.assert(
    fc.property(fc.array(fc.tuple(activities, fc.boolean()), { maxLength: 40 }), (sequence) => {
      let profile = learnedLogins(3)
      for (const [index, [given, stolen]] of sequence.entries()) {
        const played = stolen
          ? { ...given, ...thief, methods: ['pwd'], id: `t-${index}` }
          : { ...given, id: `o-${index}` }
        profile = observe(profile, played, assess(played, profile, balanced))
        if (!stolen) continue
        const { app, session, receivedAt: at } = played
        const outcome = {
          kind: 'passed',
          vouched: [],
          disowned: [played.id],
          app,
          session,
          device: null,
          reason: null,
          activeFactors: 1,
          at,
        } as const
        profile = applyVerification(profile, outcome)
        for (const table of [profile.devices, profile.fingerprints, profile.addresses]) {
          assert.ok(table.every(({ value }) => !['thief', 'thief-print', '203.0.113.66'].includes(value)))
        }
      }
    }),
    runs,
  )
})

test('addresses that are not public give no place points and lock nobody by themselves', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  const kinds = fc.constantFrom<NetworkKind>('private', 'loopback', 'link-local', 'cgnat', 'unknown')
  const profile = learnedLogins(3, { session: 's-1' })
  fc.assert(
    fc.property(kinds, octet, octet, fc.constantFrom(null, 's-1', 's-2'), (kind, third, fourth, session) => {
      const nowhere = { country: null, latitude: null, longitude: null, asn: null, type: null, reputation: null }
      const address = `10.0.${third}.${fourth}`
      const given = activity({
        session,
        network: { ...berlin, ...nowhere, kind, address, prefix: `10.0.${third}.0/24` },
      })
      const { signals, lock, level } = assess(given, profile, strict)
      assert.ok(signals.every(({ code, points }) => points === 0 || !/^(ip|country|travel|network)\./.test(code)))
      assert.deepEqual([lock, level], [null, 'LOW'])
    }),
    runs,
  )
})
