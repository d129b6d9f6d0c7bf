import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Activity, Profile, VerificationOutcome } from '../src/index.ts'
import { applyVerification, assess, emptyProfile, observe } from '../src/index.ts'
import { activity, balanced, day, hour, learnedLogins, otherAgent, play, policyWith, start, zurich } from './given.ts'

const stranger: Partial<Activity> = { device: 'new', fingerprint: 'new', network: zurich, session: 's-new' }
const trained = learnedLogins(3)

function outcome(changes: Partial<VerificationOutcome> = {}): VerificationOutcome {
  const at = start + hour
  const from = { app: 'bank', session: null, device: null, reason: null }
  return { kind: 'passed', vouched: [], disowned: [], ...from, activeFactors: 1, at, ...changes }
}

function countOf(profile: Profile, device: string): number {
  return profile.devices.find((entry) => entry.value === device)?.count ?? 0
}

function devicesKnown(profile: Profile): readonly string[] {
  return profile.devices.map((entry) => entry.value)
}

test('a LOW login is learned as one sighting, an access is not', () => {
  assert.equal(countOf(play(trained, activity()).profile, 'device-1'), 4)
  assert.equal(countOf(play(trained, activity({ type: 'access' })).profile, 'device-1'), 3)
})

test('a login that is not LOW waits, and is learned when vouched for', () => {
  const login = activity(stranger)
  const { profile } = play(trained, login)
  assert.equal(countOf(profile, 'new'), 0)
  const passed = applyVerification(profile, outcome({ vouched: [login.id] }))
  assert.deepEqual([countOf(passed, 'new'), passed.pending.length, passed.loginsLearned], [1, 0, 4])
  const again = play(passed, activity({ ...stranger, type: 'access', at: start + 2 * hour }))
  assert.deepEqual([again.assessment.score, again.assessment.decision], [0, 'allow'])
})

test('a MEDIUM login that was only notified is not learned', () => {
  const { assessment, profile } = play(trained, activity({ device: 'new' }))
  assert.equal(assessment.decision, 'notify')
  assert.equal(countOf(profile, 'new'), 0)
})

test('a quiet login does not train a user without history, a verified one does', () => {
  const quiet = { device: null, fingerprint: null, network: null }
  assert.equal(play(emptyProfile, activity(quiet)).profile.loginsLearned, 0)
  assert.equal(play(emptyProfile, activity({ ...quiet, methods: ['otp'] })).profile.loginsLearned, 1)
})

test('a first factor enrolled from a context trains the user with it', () => {
  const login = activity()
  const { profile } = play(emptyProfile, login)
  const enrolled = applyVerification(profile, outcome({ kind: 'factor-added', vouched: [login.id] }))
  assert.deepEqual([enrolled.loginsLearned, enrolled.activeFactors, countOf(enrolled, 'device-1')], [1, 1, 1])
})

for (const changes of [
  { outcome: 'failed' },
  { outcome: 'attempted' },
  { late: true },
  { methods: ['otp'], signals: ['phishing-proxy'] },
  { methods: ['otp'], signals: ['token-replay'] },
] as const) {
  test(`nothing is learned from ${JSON.stringify(changes)}`, () => {
    const { profile } = play(trained, activity({ methods: ['otp'], ...stranger, ...changes }))
    assert.deepEqual(devicesKnown(profile), ['device-1'])
    assert.deepEqual(profile.addresses, trained.addresses)
    assert.deepEqual(profile.countries, trained.countries)
    assert.deepEqual(profile.places, trained.places)
  })
}

test('nothing waits of failed, attempted or late activities', () => {
  for (const changes of [{ outcome: 'failed' }, { outcome: 'attempted' }, { late: true }] as const) {
    assert.deepEqual(play(trained, activity({ ...stranger, ...changes })).profile.pending, [])
  }
})

test('a late activity never lowers the level of the user', () => {
  const high = play(trained, activity(stranger)).profile
  assert.equal(play(high, activity({ late: true })).profile.previousLevel, 'HIGH')
})

test('a disowned context is dropped with its session and not learned by a later LOW login', () => {
  const lenient = policyWith({ profile: 'custom', cuts: { medium: 99, high: 100 } })
  const stolen = activity({ ...stranger, network: null, fingerprint: null })
  const assessment = assess(stolen, trained, balanced)
  const waiting = observe(trained, stolen, assessment)
  const answered = applyVerification(waiting, outcome({ disowned: [stolen.id], session: 's-new' }))
  assert.deepEqual([answered.pending, answered.sessions], [[], []])
  const later = activity({ ...stranger, network: null, fingerprint: null, at: start + day })
  const { assessment: low, profile } = play(answered, later, lenient)
  assert.deepEqual([low.level, low.decision, countOf(profile, 'new')], ['LOW', 'allow', 0])
})

test('a disowned context is learned once its own user vouches for it', () => {
  const first = activity(stranger)
  const disowned = applyVerification(play(trained, first).profile, outcome({ disowned: [first.id] }))
  const second = activity({ ...stranger, session: 's-own', at: start + day })
  const vouched = applyVerification(play(disowned, second).profile, outcome({ vouched: [second.id] }))
  assert.deepEqual([countOf(vouched, 'new'), vouched.disowned], [1, []])
})

test('a context both vouched for and disowned is disowned', () => {
  const login = activity(stranger)
  const both = outcome({ vouched: [login.id], disowned: [login.id] })
  assert.equal(countOf(applyVerification(play(trained, login).profile, both), 'new'), 0)
})

test('a failed verification, an ended session or a removed factor vouches for nothing', () => {
  const login = activity(stranger)
  const { profile } = play(trained, login)
  for (const kind of ['failed', 'session-ended', 'factor-removed'] as const) {
    const next = applyVerification(profile, outcome({ kind, vouched: [login.id], session: 's-new', activeFactors: 0 }))
    assert.deepEqual([countOf(next, 'new'), next.activeFactors], [0, 0])
  }
})

test('a pass makes the vouched context the start of its session', () => {
  const begun = play(trained, activity({ session: 's-1' })).profile
  const moved = activity({ type: 'access', session: 's-1', agent: otherAgent, network: zurich, at: start + hour })
  const locked = play(begun, moved)
  assert.equal(locked.assessment.decision, 'step-up')
  const passed = applyVerification(locked.profile, outcome({ vouched: [moved.id] }))
  assert.equal(play(passed, { ...moved, id: 'next' }).assessment.score, 0)
})

test('many accesses of one locked context wait as one sighting that any of the latest ids finds', () => {
  let { profile } = play(trained, activity({ ...stranger, id: 'first' }))
  for (let index = 0; index < 20; index++) {
    profile = play(profile, activity({ ...stranger, type: 'access', id: `access-${index}` })).profile
  }
  assert.deepEqual(
    profile.pending.map(({ activities }) => activities),
    [['first', 'access-17', 'access-18', 'access-19']],
  )
  assert.equal(countOf(applyVerification(profile, outcome({ vouched: ['first'] })), 'new'), 1)
})

test('a verified access is a sighting of its context but no login, unless it is the first thing learned', () => {
  const access = activity({ ...stranger, type: 'access', device: null })
  const vouched = outcome({ vouched: [access.id] })
  const known = applyVerification(play(trained, access).profile, vouched)
  assert.deepEqual([known.loginsLearned, known.loginsWithDevice, known.fingerprints.length], [3, 3, 2])
  const untrained = play({ ...emptyProfile, activeFactors: 1 }, access).profile
  assert.equal(applyVerification(untrained, vouched).loginsLearned, 1)
})

test('a login that waits stays a login when accesses of its context join it', () => {
  const login = activity({ ...stranger, id: 'login' })
  const joined = play(play(trained, login).profile, activity({ ...stranger, type: 'access' })).profile
  assert.equal(applyVerification(joined, outcome({ vouched: ['login'] })).loginsLearned, 4)
})

test('the place of a disowned context, or of a user without history, is not remembered', () => {
  const login = activity(stranger)
  const disowned = applyVerification(play(trained, login).profile, outcome({ disowned: [login.id] }))
  const network = { ...zurich, latitude: 52, longitude: 13 }
  const again = play(disowned, activity({ type: 'access', network, at: start + day }))
  assert.deepEqual([again.assessment.decision, again.profile.places], ['allow', trained.places])
  assert.deepEqual(play(emptyProfile, activity()).profile.places, [])
})

test('a learned login forgets the failures before it, a failed verification adds one', () => {
  const failed = play(trained, activity({ outcome: 'failed' })).profile
  assert.equal(failed.failures.count, 1)
  assert.equal(play(failed, activity()).profile.failures.count, 0)
  assert.equal(applyVerification(trained, outcome({ kind: 'failed' })).failures.count, 1)
})

test('a pass from another context leaves the traces of what led to it', () => {
  const changed = play(trained, activity({ type: 'credential-change', device: 'new' })).profile
  assert.equal(applyVerification(changed, outcome()).credentialChangedAt, start)
  const access = activity({ ...stranger, type: 'access' })
  const vouched = applyVerification(play(changed, access).profile, outcome({ vouched: [access.id] }))
  assert.deepEqual([vouched.credentialChangedAt, vouched.previousLevel], [null, 'LOW'])
})

test('a change of factors, or an answer that says a key is copied, kept elsewhere or used on another page, is remembered as a changed credential', () => {
  const two = { ...trained, activeFactors: 2 }
  const changedAt = (changes: Partial<VerificationOutcome>): number | null =>
    applyVerification(two, outcome({ activeFactors: 2, ...changes })).credentialChangedAt
  const at = start + hour
  assert.equal(changedAt({ kind: 'factor-added', device: 'new' }), at)
  assert.equal(changedAt({ kind: 'factor-added', activeFactors: 3 }), at)
  assert.equal(changedAt({ kind: 'factor-added', device: 'device-1' }), null, 'from an established device')
  assert.equal(changedAt({ kind: 'factor-added', activeFactors: 1 }), null, 'the first one')
  assert.equal(changedAt({ kind: 'factor-removed', activeFactors: 1 }), at)
  assert.equal(changedAt({ kind: 'factor-removed' }), null, 'one that never counted')
  for (const reason of ['wrong-origin', 'cross-origin', 'counter-not-risen'])
    assert.equal(changedAt({ kind: 'failed', reason }), at)
  for (const reason of ['wrong-answer', 'wrong-signature', null])
    assert.equal(changedAt({ kind: 'failed', reason }), null, 'anybody can make one of these')
  assert.equal(changedAt({ kind: 'passed', reason: 'backup-state-changed' }), at, 'the key is kept elsewhere, too')
  assert.equal(changedAt({ kind: 'passed' }), null)
})

test('a private address is never learned', () => {
  const network = { ...zurich, kind: 'cgnat', country: null } as const
  const { profile } = play(trained, activity({ network, methods: ['otp'] }))
  assert.deepEqual(profile.addresses, trained.addresses)
})
