import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdmissionFacts, admissionOf, type Conditions } from '@watchword/admission'
import fc from 'fast-check'

const bit = fc.boolean()
const anyConditions: fc.Arbitrary<Conditions> = fc.record({
  userMatches: bit,
  credentialsAccepted: bit,
  secondFactorOn: bit,
  reachable: bit,
  windowOver: bit,
})
const anyFacts: fc.Arbitrary<AdmissionFacts> = fc.record({
  conditions: anyConditions,
  waived: bit,
  resourceClass: fc.constantFrom('exempt', 'password-change', 'protected'),
  passwordChange: bit,
  sessionEnded: bit,
  lock: fc.constantFrom('none', 'pending', 'caused'),
})

const asked: Conditions = {
  userMatches: true,
  credentialsAccepted: true,
  secondFactorOn: true,
  reachable: true,
  windowOver: true,
}
const calm: AdmissionFacts = {
  conditions: asked,
  waived: false,
  resourceClass: 'protected',
  passwordChange: false,
  sessionEnded: false,
  lock: 'none',
}
const verified = { ...asked, windowOver: false }

test('nobody is let in to what is protected without a verification that vouches or somebody who answers for it', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { conditions, waived, resourceClass, lock } = facts
      if (admissionOf(facts).outcome !== 'admitted' || resourceClass === 'exempt') return
      assert.equal(lock, 'none')
      assert.ok(conditions.userMatches && conditions.credentialsAccepted && conditions.reachable)
      assert.ok(conditions.secondFactorOn ? !conditions.windowOver : waived)
    }),
  )
})

test('a lock with a cause and an ended session open nothing, whatever the resource is', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      if (facts.lock === 'caused' || facts.sessionEnded) assert.notEqual(admissionOf(facts).outcome, 'admitted')
    }),
  )
})

test('an exception opens only where all is well but the second factor', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const without = admissionOf({ ...facts, waived: false })
      const withOne = admissionOf({ ...facts, waived: true })
      if (withOne.outcome === without.outcome) return
      assert.equal(without.reason, 'second-factor-off')
    }),
  )
})

test('credentials, then the second factor, then the change: nobody who must change the password is stuck', () => {
  const change = { ...calm, passwordChange: true }
  const where = { protected: change, form: { ...change, resourceClass: 'password-change' } } as const
  assert.equal(admissionOf({ ...where.form, conditions: { ...asked, credentialsAccepted: false } }).outcome, 'refused')
  assert.deepEqual(admissionOf(where.form), { outcome: 'pending', reason: 'second-factor-pending' })
  assert.deepEqual(admissionOf(where.protected), { outcome: 'pending', reason: 'second-factor-pending' })
  const proven = { conditions: verified }
  assert.deepEqual(admissionOf({ ...where.form, ...proven }), { outcome: 'admitted', reason: 'window-active' })
  assert.deepEqual(admissionOf({ ...where.protected, ...proven }), {
    outcome: 'refused',
    reason: 'password-change-required',
  })
  assert.deepEqual(admissionOf({ ...calm, ...proven }), { outcome: 'admitted', reason: 'window-active' })
})

test('voice connects while data waits, and waits with it once there is a cause', () => {
  const voice = { ...calm, resourceClass: 'exempt' } as const
  assert.deepEqual(admissionOf(voice), { outcome: 'admitted', reason: 'exempt' })
  assert.deepEqual(admissionOf({ ...voice, lock: 'pending' }), { outcome: 'admitted', reason: 'exempt' })
  assert.deepEqual(admissionOf({ ...calm, lock: 'pending' }), { outcome: 'pending', reason: 'second-factor-pending' })
  assert.deepEqual(admissionOf({ ...voice, lock: 'caused' }), { outcome: 'pending', reason: 'locked' })
})
