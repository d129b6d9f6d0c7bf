import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { given } from '@watchword/decider/testing'
import { sessionLock } from '../src/index.ts'
import {
  addTotp,
  confirm,
  endSession,
  enrolled,
  locked,
  MINUTE,
  removeFactor,
  requireProof,
  submit,
  types,
  useTicket,
} from './lock-commands.ts'

const nobody = given(sessionLock)

describe('the first factor', () => {
  test('is enrolled by a backend ticket under a lock, and opens it', () => {
    const under = nobody.and(requireProof(1000), addTotp(1001), confirm(1002))
    assert.deepEqual(types(under.when(submit(1100)).events), ['VerificationPassed', 'SessionUnlocked'])
  })

  test('is refused under a lock without a ticket', () => {
    assert.equal(nobody.and(requireProof(1000)).when(addTotp(1001, { ticket: false })).refusal, 'locked')
  })

  test('opens nothing when it is the first again, after another one was removed', () => {
    const lost = enrolled().and(removeFactor(900, { factor: 'totp-1', by: 'operator' }), requireProof(1000))
    const again = lost.and(addTotp(1001, { factor: 'totp-2' }), confirm(1002, { factor: 'totp-2' }))
    assert.equal(again.when(submit(1100, { factor: 'totp-2' })).refusal, 'factor-too-new')
  })
})

describe('a factor', () => {
  test('is neither added nor removed by the user while locked, and a second one not even with a ticket', () => {
    assert.equal(locked().when(addTotp(1001, { factor: 'totp-2' })).refusal, 'locked')
    assert.equal(locked().when(removeFactor(1001, { factor: 'totp-1', by: 'user' })).refusal, 'locked')
    const waiting = enrolled().and(addTotp(900, { factor: 'totp-2' }), requireProof(1000))
    assert.equal(waiting.when(confirm(1001, { factor: 'totp-2' })).refusal, 'locked')
  })

  test('is neither added nor confirmed with what a thief got for a session that has ended since', () => {
    const stolen = enrolled().and(addTotp(900, { factor: 'totp-2', session: 's-stolen' }))
    const over = stolen.and(endSession(1000, 's-stolen'))
    assert.equal(over.when(addTotp(1001, { factor: 'totp-3', session: 's-stolen' })).refusal, 'locked')
    assert.equal(over.when(confirm(1002, { factor: 'totp-2', session: 's-stolen' })).refusal, 'locked')
    assert.deepEqual(types(over.when(addTotp(1003, { factor: 'totp-3', session: 's-2' })).events), ['FactorAdded'])
  })

  test('cannot answer with the code it was set up with', () => {
    const { events } = nobody
      .and(addTotp(1), confirm(2, { step: 50 }), requireProof(1000))
      .when(submit(1001, { step: 50 }))
    assert.deepEqual(types(events), ['VerificationFailed'])
  })

  test('is forgotten when nobody confirms it within ten minutes', () => {
    assert.equal(nobody.and(addTotp(1)).when(confirm(1 + 10 * MINUTE)).refusal, 'factor-not-pending')
  })

  test('does not come back by a redelivered command once it was removed', () => {
    const removed = enrolled().and(removeFactor(100, { factor: 'totp-1', by: 'user' }))
    assert.equal(removed.when({ ...addTotp(1), at: 101 }).refusal, 'factor-exists')
  })

  test('is refused beyond the sixteenth', () => {
    const many = Array.from({ length: 15 }, (_, i) => addTotp(100 + i, { factor: `f-${i}`, kind: 'webauthn' }))
    assert.equal(
      enrolled()
        .and(...many)
        .when(addTotp(200, { factor: 'last' })).refusal,
      'too-many-factors',
    )
  })

  test('of recovery codes takes the place of the older codes', () => {
    const codes = (at: number, factor: string) => addTotp(at, { factor, kind: 'recovery-code' })
    const { events, after } = enrolled().and(codes(10, 'old')).when(codes(11, 'new'))
    assert.deepEqual(types(events), ['FactorRemoved', 'FactorAdded', 'FactorActivated'])
    assert.deepEqual(
      after.state.factors.map((factor) => factor.id),
      ['totp-1', 'new'],
    )
  })

  test('that is confirmed forgives no wrong answer and opens nothing', () => {
    const failing = nobody.and(addTotp(1), confirm(2, { passed: false })).when(confirm(3))
    assert.equal(failing.after.state.attempts.failures, 1)
    assert.deepEqual(failing.after.state.passes, [])
  })
})

describe('a ticket', () => {
  test('is used once, and in time', () => {
    const used = nobody.and(useTicket(10, 't', 100))
    assert.equal(used.when(useTicket(11, 't', 100)).refusal, 'ticket-used')
    assert.equal(used.when(useTicket(100, 't', 100)).refusal, 'ticket-expired')
    assert.equal(nobody.when(useTicket(100, 't', 100)).refusal, 'ticket-expired')
  })

  test('cannot be used again by turning the clock back', () => {
    const later = nobody.and(useTicket(10, 't', 100), useTicket(200, 'other', 300))
    assert.equal(later.when(useTicket(11, 't', 100)).refusal, 'ticket-expired')
  })

  test('is refused while every remembered one is still valid, rather than forgetting one', () => {
    const many = Array.from({ length: 256 }, (_, i) => useTicket(10, `t-${i}`, 100))
    const full = nobody.and(...many)
    assert.equal(full.when(useTicket(11, 'one-more', 100)).refusal, 'too-many-uses')
    assert.equal(full.when(useTicket(100, 'one-more', 200)).refusal, null)
  })
})
