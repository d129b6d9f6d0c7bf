import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { given } from '@watchword/decider/testing'
import fc from 'fast-check'
import { sessionLock } from '../src/index.ts'
import {
  addTotp,
  enrolled,
  type GivenLocks,
  locked,
  MINUTE,
  removeFactor,
  requireProof,
  resetFactors,
  submit,
  types,
} from './lock-commands.ts'

const nobody = given(sessionLock)
const addPasskey = (at: number, data: Parameters<typeof addTotp>[1] = {}) =>
  addTotp(at, { factor: 'key-1', kind: 'webauthn', ...data })

/** A user with a passkey, locked at 1000. */
const withPasskey = (counter: number): GivenLocks => nobody.and(addPasskey(1, { step: counter }), requireProof(1000))
const assertion = (at: number, data: Parameters<typeof submit>[1] = {}) => submit(at, { factor: 'key-1', ...data })

describe('the registration of a passkey', () => {
  test('counts at once, says where it was, and opens nothing', () => {
    const { events, after } = nobody.when(addPasskey(1))
    assert.deepEqual(types(events), ['FactorAdded', 'FactorActivated', 'VerificationPassed'])
    assert.partialDeepStrictEqual(events[2], { data: { session: 's-1', pass: null, vouched: [] } })
    assert.deepEqual(after.state.passes, [])
  })

  test('takes its challenge, in time and for one passkey', () => {
    assert.equal(nobody.when(addPasskey(10, { challengeExpiresAt: 10 })).refusal, 'stale-challenge')
    assert.equal(nobody.when(addPasskey(10, { challenge: null })).refusal, 'stale-challenge')
    const used = nobody.and(addPasskey(10, { challenge: 'c' }))
    assert.equal(used.when(addPasskey(11, { factor: 'key-2', challenge: 'c' })).refusal, 'stale-challenge')
  })
})

describe('a signature counter', () => {
  test('rises, or is 0 for ever', () => {
    assert.deepEqual(types(withPasskey(0).when(assertion(1001, { step: 0 })).events), [
      'VerificationPassed',
      'SessionUnlocked',
    ])
    for (const step of [0, 6, 7, null, -1, 7.5]) {
      const { events } = withPasskey(7).when(assertion(1001, { step }))
      assert.partialDeepStrictEqual(events, [{ type: 'VerificationFailed', data: { reason: 'counter-not-risen' } }])
    }
    const { after } = withPasskey(7).when(assertion(1001, { step: 8 }))
    assert.equal(after.state.factors[0]?.lastStep, 8)
  })

  test('never goes back in the state, in whatever order answers arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 30 }), (counters) => {
        let state = nobody.and(addPasskey(1, { step: 3 }))
        let at = 1000
        for (const step of counters) {
          at += 10
          const before = state.state.factors[0]?.lastStep ?? 0
          const under = state.and(requireProof(at, { session: `s-${at}` }))
          const answer = assertion(at + 1, { lock: `l-0-${at}`, lockVersion: at, step, challenge: `c-${at}` })
          const { events, after } = under.when(answer)
          const counter = after.state.factors[0]?.lastStep ?? 0
          assert.equal(counter, Math.max(before, step))
          assert.equal(types(events).includes('VerificationPassed'), step > before)
          state = under.and(answer)
        }
      }),
    )
  })
})

describe('an assertion', () => {
  test('that was wrong takes its challenge; a code does not', () => {
    const wrong = { passed: false, fault: 'wrong-origin', challenge: 'c', step: null }
    const failing = withPasskey(0).when(assertion(1001, wrong))
    assert.partialDeepStrictEqual(failing.events, [{ type: 'VerificationFailed', data: { reason: 'wrong-origin' } }])
    assert.equal(failing.after.when(assertion(1002, { challenge: 'c', step: 0 })).refusal, 'stale-challenge')
    const typo = locked().and(submit(1001, { passed: false, challenge: 'c' }))
    assert.equal(typo.when(submit(1002, { challenge: 'c' })).refusal, null)
  })

  test('that is right counts while guesses of codes are blocked; a wrong one does not', () => {
    const blocked = enrolled().and(
      addPasskey(10),
      requireProof(1000, { session: null, scope: 'user' }),
      ...[1, 2, 3].map((n) => submit(1000 + n, { passed: false })),
    )
    assert.equal(blocked.when(submit(1100)).refusal, 'too-many-attempts')
    assert.equal(blocked.when(assertion(1100, { passed: false, step: null })).refusal, 'too-many-attempts')
    const { events, after } = blocked.when(assertion(1100, { step: 0 }))
    assert.deepEqual(types(events), ['VerificationPassed', 'SessionUnlocked'])
    assert.equal(after.state.attempts.blockedUntil, null)
  })
})

describe('a reset of all factors', () => {
  const reset = (): GivenLocks => enrolled().and(addPasskey(10), resetFactors(100))

  test('removes each, pending ones too, under a lock and without opening it', () => {
    const under = enrolled().and(addTotp(900, { factor: 'totp-2' }), requireProof(1000))
    const { events, after } = under.when(resetFactors(1001))
    assert.deepEqual(types(events), ['FactorRemoved', 'FactorRemoved', 'FactorsReset'])
    assert.deepEqual(after.state.factors, [])
    assert.equal(after.state.locks.length, 1)
    assert.equal(after.when(submit(1002)).refusal, 'factor-not-active')
  })

  test('lets nothing be enrolled without a ticket of the backend, until a factor is active again', () => {
    assert.equal(reset().when(addTotp(200, { factor: 'totp-9', ticket: false })).refusal, 'ticket-needed')
    assert.equal(reset().when(addPasskey(200, { factor: 'key-9', ticket: false })).refusal, 'ticket-needed')
    const again = reset().and(addPasskey(200, { factor: 'key-9' }))
    assert.equal(again.when(addTotp(201, { factor: 'totp-9', ticket: false })).refusal, null)
  })

  test('of a user without factors holds as well, and a second one changes nothing', () => {
    const none = nobody.and(resetFactors(100))
    assert.equal(none.when(addTotp(200, { ticket: false })).refusal, 'ticket-needed')
    assert.deepEqual(none.when(resetFactors(101)).events, [])
  })

  test('does not let the factor that is enrolled next answer for what happened before', () => {
    const suspected = enrolled().and(requireProof(1000), resetFactors(1001), addPasskey(1002))
    assert.equal(suspected.when(assertion(1100, { step: 0 })).refusal, 'factor-too-new')
  })

  test('is refused rather than forgetting a valid single-use id', () => {
    const full = Array.from({ length: 255 }, (_, n) =>
      addPasskey(10 + n, { factor: `k-${n}`, challengeExpiresAt: 9 * MINUTE }),
    )
    const removals = full.flatMap((add, n) => [add, removeFactor(11 + n, { factor: add.data.factor, by: 'user' })])
    const state = enrolled().and(...removals.slice(0, 255))
    assert.equal(state.when(resetFactors(400)).refusal, 'too-many-uses')
  })
})

describe('where a key is kept', () => {
  const kept = (backedUp: boolean | null): GivenLocks => nobody.and(addPasskey(1, { backedUp }), requireProof(1000))
  const changed = (before: boolean | null, said: boolean | null): boolean => {
    const [passed] = kept(before).when(assertion(1001, { backedUp: said })).events
    assert.ok(passed?.type === 'VerificationPassed')
    return passed.data.backupChanged
  }

  test('is what it last said, and a change is told, whichever way', () => {
    assert.deepEqual([changed(false, true), changed(true, false)], [true, true])
    assert.deepEqual([changed(false, false), changed(true, true)], [false, false])
    const { after } = kept(false).when(assertion(1001, { backedUp: true }))
    assert.equal(after.state.factors[0]?.backedUp, true)
  })

  test('is no change where it was not known, or nothing says it', () => {
    assert.deepEqual([changed(null, true), changed(true, null), changed(null, null)], [false, false, false])
    const { after } = kept(true).when(assertion(1001, { backedUp: null }))
    assert.equal(after.state.factors[0]?.backedUp, true)
  })

  test('is not learned of an answer that does not count', () => {
    const { after } = kept(false).when(assertion(1001, { backedUp: true, passed: false, step: null }))
    assert.equal(after.state.factors[0]?.backedUp, false)
  })
})
