import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contextOf } from '../src/activity-context.ts'
import type { Activity, Profile } from '../src/index.ts'
import { applyVerdict, applyVerification, assess, emptyProfile, forgetLearned, profileBounds } from '../src/index.ts'
import {
  activity,
  agent,
  balanced,
  berlin,
  codes,
  hour,
  learnedLogins,
  otherAgent,
  play,
  pointsOf,
  privateNetwork,
  start,
  zurich,
} from './given.ts'

const trained = learnedLogins(5)
const code = 'context.compromised'

function judged(profile: Profile, given: Activity, verdict: Parameters<typeof applyVerdict>[1]['verdict']): Profile {
  const { id, type, outcome, late } = given
  return applyVerdict(profile, {
    verdict,
    activity: id,
    type,
    outcome,
    late,
    context: contextOf(given),
    at: start + hour,
  })
}

const thief = activity({ device: 'd-x', fingerprint: 'f-x', network: zurich, agent: otherAgent, session: 's-x' })
const distrusted = judged(play(trained, thief).profile, thief, 'confirmed-compromised')

test('what was learned and allowed is judged otherwise once it is called compromised', () => {
  const login = activity()
  assert.deepEqual(play(trained, login).assessment.decision, 'allow')
  const after = judged(play(trained, login).profile, login, 'confirmed-compromised')
  const { assessment, profile } = play(after, activity({ at: start + 2 * hour }))
  assert.deepEqual([assessment.level, assessment.decision, pointsOf(assessment, code)], ['HIGH', 'step-up', 70])
  assert.deepEqual(profile.devices, after.devices, 'nothing of it is learned')
})

test('says which parts came again: the device or fingerprint, or address with program; the address; the program', () => {
  const own = activity({ at: start + 2 * hour })
  const cases = [
    [{ device: 'd-x' }, 70],
    [{ fingerprint: 'f-x' }, 70],
    [{ network: zurich, agent: otherAgent }, 70],
    [{ network: zurich }, 40],
    [{ agent: otherAgent }, 10],
    [{}, 0],
  ] as const
  for (const [changes, points] of cases)
    assert.equal(pointsOf(assess({ ...own, ...changes }, distrusted, balanced), code), points, JSON.stringify(changes))
  const found = assess({ ...own, device: 'd-x' }, distrusted, balanced).signals.find((signal) => signal.code === code)
  assert.deepEqual(found?.evidence, { device: true, fingerprint: false, address: false, agent: false })
})

test("what is everybody's compromises nobody: neither a private address nor what the activity did not tell", () => {
  const inside = activity({ device: null, fingerprint: null, network: privateNetwork, agent: null })
  const after = judged(trained, inside, 'confirmed-compromised')
  assert.equal(after.compromised.length, 0)
  assert.ok(!codes(assess(inside, after, balanced)).includes(code))
})

test('is forgotten part by part, by a verification that vouches for it and by nothing else', () => {
  const shared = { ...thief, device: 'device-1' }
  const after = judged(play(trained, shared).profile, shared, 'confirmed-compromised')
  const own = activity({ at: start + 2 * hour, session: 's-own' })
  const { profile } = play(after, own)
  const answered = { app: 'bank', session: null, device: 'device-1', reason: null, activeFactors: 1, at: own.time }
  const passed = applyVerification(profile, { kind: 'passed', vouched: [own.id], disowned: [], ...answered })
  assert.equal(play(passed, activity({ at: start + 3 * hour })).assessment.decision, 'allow')
  assert.equal(pointsOf(assess({ ...own, device: 'd-2', fingerprint: 'f-x' }, passed, balanced), code), 70)
})

test('lets what waits in the session of a compromised activity be vouched for by nobody', () => {
  const { pending, sessions } = distrusted
  assert.deepEqual([pending.length, sessions.filter(({ session }) => session === 's-x')], [0, []])
})

test('a safe context is learned as a verified one would be, and no longer distrusted', () => {
  const next = activity({ ...thief, at: start + 2 * hour })
  const after = judged(distrusted, thief, 'confirmed-safe')
  const { assessment } = play(after, next)
  assert.ok(!codes(assessment).includes(code) && !codes(assessment).includes('device.unknown'))
  assert.equal(after.devices.find(({ value }) => value === 'd-x')?.count, 1)
})

test('what failed, was only attempted, came late or came from no user is never learned on the word of a verdict', () => {
  for (const changes of [
    { outcome: 'failed' },
    { outcome: 'attempted' },
    { late: true },
    { type: 'signal' },
  ] as const) {
    const after = judged(trained, { ...thief, ...changes }, 'confirmed-safe')
    assert.equal(
      after.devices.some(({ value }) => value === 'd-x'),
      false,
      JSON.stringify(changes),
    )
  }
})

test('a dismissed one changes nothing', () => {
  assert.equal(judged(trained, thief, 'dismissed'), trained)
})

test('a user who is forgotten is a stranger again, and is distrusted as before', () => {
  const after = forgetLearned({ ...distrusted, activeFactors: 2 })
  assert.deepEqual([after.loginsLearned, after.devices, after.sessions], [0, [], []])
  assert.deepEqual([after.activeFactors, after.compromised], [2, distrusted.compromised])
  const { assessment } = play(after, activity())
  assert.deepEqual([assessment.trained, assessment.decision], [false, 'step-up'])
})

test('whatever verdicts come, the profile stays bounded and the latest verdict on a context decides', () => {
  const place = fc.integer({ min: 0, max: 12 })
  const verdicts = fc.array(fc.record({ place, isSafe: fc.boolean() }), { minLength: 1, maxLength: 40 })
  const at = (index: number): Activity =>
    activity({
      device: `d-${index}`,
      fingerprint: `f-${index}`,
      network: { ...berlin, address: `198.51.100.${index}` },
      agent: { ...agent, hash: `h-${index}` },
    })
  fc.assert(
    fc.property(verdicts, (given) => {
      let profile = emptyProfile
      for (const one of given) {
        profile = judged(profile, at(one.place), one.isSafe ? 'confirmed-safe' : 'confirmed-compromised')
        assert.ok(profile.compromised.length <= profileBounds.compromised)
        assert.equal(codes(assess(at(one.place), profile, balanced)).includes(code), !one.isSafe)
      }
    }),
  )
})
