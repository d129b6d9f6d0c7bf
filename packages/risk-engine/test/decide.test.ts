import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Activity, Decision, PolicyRule } from '../src/index.ts'
import { assess, emptyProfile, PolicyError } from '../src/index.ts'
import { activity, balanced, learnedLogins, play, policyWith, strict, zurich } from './given.ts'

const stranger: Partial<Activity> = { device: 'new', fingerprint: 'new', network: zurich }
function rule(name: string, when: string, decision: Decision, factors: readonly string[] | null): PolicyRule {
  // oxlint-disable-next-line unicorn/no-thenable -- `then` is the word of the public policy format
  return { name, when, then: decision, factors }
}

const trained = learnedLogins(3)
const withFactor = { ...emptyProfile, activeFactors: 1 }

function decisionOf(changes: Partial<Activity>, profile = trained, policy = balanced) {
  return assess(activity(changes), profile, policy).decision
}

test('a user without history must step up, however low the score', () => {
  const quiet = { device: null, fingerprint: null, network: null }
  const assessment = assess(activity(quiet), withFactor, balanced)
  assert.deepEqual([assessment.score, assessment.level, assessment.decision], [0, 'LOW', 'step-up'])
  assert.equal(assessment.trained, false)
})

test('a user without history and factor may enrol the first one, if the policy allows it', () => {
  const assessment = assess(activity(), emptyProfile, balanced)
  assert.deepEqual([assessment.level, assessment.decision, assessment.lock], ['HIGH', 'allow', null])
  assert.equal(decisionOf({}, emptyProfile, policyWith({ enrolment: 'never' })), 'step-up')
})

for (const code of ['phishing-proxy', 'token-replay', 'aitm.hard', 'aitm.soft']) {
  test(`hard evidence (${code}) refuses the enrolment of a first factor`, () => {
    assert.equal(decisionOf({ signals: [code] }, emptyProfile), 'step-up')
  })
}

test('a bad reputation or a blocked country refuses the enrolment of a first factor', () => {
  assert.equal(decisionOf({ network: { ...zurich, reputation: 'bad' } }, emptyProfile), 'step-up')
  assert.equal(decisionOf({ network: zurich }, emptyProfile, policyWith({ blockedCountries: ['ch'] })), 'step-up')
})

test('a failed login is at most notified and locks nobody', () => {
  const policy = policyWith({ decisions: { LOW: 'deny', MEDIUM: 'deny', HIGH: 'deny' } })
  for (const profile of [trained, withFactor]) {
    const assessment = assess(activity({ ...stranger, outcome: 'failed' }), profile, policy)
    assert.deepEqual([assessment.level, assessment.decision, assessment.lock], ['HIGH', 'notify', null])
  }
})

test('an attempted login is judged as one that succeeded', () => {
  assert.equal(decisionOf({ ...stranger, outcome: 'attempted' }), 'step-up')
})

test('the level of a late activity makes it at most notified unless it is HIGH', () => {
  const policy = policyWith({ decisions: { LOW: 'deny', MEDIUM: 'deny', HIGH: 'deny' } })
  assert.deepEqual([decisionOf({}, trained, policy), decisionOf({ late: true }, trained, policy)], ['deny', 'notify'])
  assert.equal(decisionOf({ late: true, ...stranger }), 'step-up')
})

test('calling an activity late neither evades a rule nor the step-up of a user without history', () => {
  for (const then of ['step-up', 'deny'] as const) {
    const policy = policyWith({ rules: [rule('exports', 'true', then, null)] })
    const assessment = assess(activity({ late: true, type: 'access' }), trained, policy, () => true)
    assert.deepEqual([assessment.level, assessment.decision], ['LOW', then])
  }
  assert.equal(decisionOf({ late: true }, withFactor), 'step-up')
  assert.equal(decisionOf({ late: true, device: null, fingerprint: null, network: null }, withFactor), 'step-up')
})

test("the app's own second factor satisfies a step-up and leaves score and level alone", () => {
  const without = assess(activity(stranger), trained, balanced)
  const verified = assess(activity({ ...stranger, methods: ['pwd', 'hwk'] }), trained, balanced)
  assert.deepEqual([verified.score, verified.level], [without.score, without.level])
  assert.deepEqual([without.decision, verified.decision, verified.lock], ['step-up', 'allow', null])
})

test('a second factor does not satisfy behind a phishing proxy or a replayed token, of an attempt, or of an access', () => {
  const methods = ['pwd', 'otp']
  assert.equal(decisionOf({ methods, signals: ['phishing-proxy'] }), 'step-up')
  assert.equal(decisionOf({ ...stranger, methods, signals: ['token-replay'] }), 'step-up')
  assert.equal(decisionOf({ ...stranger, methods, outcome: 'attempted' }), 'step-up')
  assert.equal(decisionOf({ ...stranger, methods, type: 'access' }), 'step-up')
})

test('a second factor does not satisfy a deny', () => {
  const policy = policyWith({ decisions: { LOW: 'allow', MEDIUM: 'notify', HIGH: 'deny' } })
  assert.equal(decisionOf({ ...stranger, methods: ['otp'] }, trained, policy), 'deny')
})

test('the first rule that matches makes the decision and says which factors to ask for', () => {
  const rules = [
    rule('never', 'false', 'deny', null),
    rule('exports', 'true', 'step-up', ['webauthn']),
    rule('later', 'true', 'allow', null),
  ]
  const access = activity({ type: 'access' })
  const assessment = assess(access, trained, policyWith({ rules }), (rule) => rule.when === 'true')
  assert.deepEqual([assessment.decision, assessment.rule], ['step-up', 'exports'])
  assert.deepEqual(assessment.lock?.factors, ['webauthn'])
  assert.equal(assess(access, trained, policyWith({ rules })).decision, 'allow')
})

test('a rule cannot let in a user without history who has a factor', () => {
  const rules = [rule('all', 'true', 'allow', null)]
  assert.equal(assess(activity(), withFactor, policyWith({ rules }), () => true).decision, 'step-up')
})

test('the lock closes the session, else the device, else the user', () => {
  const scope = (changes: Partial<Activity>) => assess(activity({ ...stranger, ...changes }), trained, balanced).lock
  assert.deepEqual([scope({ session: 's' })?.scope, scope({ session: 's' })?.subject], ['session', 's'])
  assert.deepEqual([scope({})?.scope, scope({})?.subject], ['device', 'new'])
  assert.deepEqual([scope({ device: null })?.scope, scope({ device: null })?.subject], ['user', null])
})

test('custom cuts are used and must be in order', () => {
  const policy = policyWith({ profile: 'custom', cuts: { medium: 10, high: 20 } })
  assert.equal(assess(activity({ network: { ...zurich, country: 'DE' } }), trained, policy).level, 'HIGH')
  for (const cuts of [null, { medium: 50, high: 50 }, { medium: 0, high: 10 }, { medium: 1, high: 101 }]) {
    assert.throws(() => policyWith({ profile: 'custom', cuts }), PolicyError)
  }
})

test('the profiles differ only in their cuts', () => {
  const given = activity({ network: zurich })
  const [first, second] = [assess(given, trained, strict), assess(given, trained, balanced)]
  assert.deepEqual(first.signals, second.signals)
  assert.deepEqual([first.level, second.level], ['MEDIUM', 'LOW'])
})

test('the previous level is that of the activity before', () => {
  const { profile } = play(trained, activity(stranger))
  assert.equal(assess(activity(), profile, balanced).previousLevel, 'HIGH')
})
