import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { attemptsLeft, type RequireVerification, retryAt, sameContext, statusOf } from '../src/index.ts'
import {
  addTotp,
  confirm,
  enrolled,
  HOUR,
  home,
  locked,
  MINUTE,
  operatorLock,
  requireProof,
  submit,
  thief,
  types,
} from './lock-commands.ts'

const session = { app: 'bank', session: 's-1' }

describe('a right answer', () => {
  test('counts for a demand that comes late, unless its factor may not answer that one', () => {
    const verified = locked().and(submit(1500))
    const late = (factors: RequireVerification['data']['factors']) =>
      types(verified.when(requireProof(1600, { time: 1400, factors })).events)
    assert.deepEqual([late([]), late(['webauthn', 'totp'])], [[], []])
    assert.deepEqual(late(['webauthn']), ['SessionLocked'])
  })

  test('from the context that caused the lock lets the session go on and vouches for it', () => {
    const { events, after } = locked().when(submit(1500))
    assert.deepEqual(types(events), ['VerificationPassed', 'SessionUnlocked'])
    assert.partialDeepStrictEqual(events[0], {
      data: { ended: false, vouched: ['activity-1000'], disowned: [], verifiedUntil: 1500 + 8 * HOUR },
    })
    const { vouchedBy, ...status } = statusOf(after.state, session, 1501)
    assert.deepEqual([vouchedBy?.factorKind, vouchedBy?.at], ['totp', 1500])
    assert.deepEqual(status, {
      mfaVerified: true,
      locked: false,
      isPending: false,
      lock: null,
      sessionState: 'active',
      verifiedUntil: 1500 + 8 * HOUR,
    })
  })

  for (const [name, context] of [
    ['from another context', home],
    ['without a context', null],
  ] as const) {
    test(`${name} ends the session instead of opening it, and disowns its cause`, () => {
      const { events, after } = locked({ context: thief }).when(submit(1500, { context }))
      assert.deepEqual(types(events), ['VerificationPassed', 'SessionEnded'])
      assert.partialDeepStrictEqual(events[0], { data: { ended: true, vouched: [], disowned: ['activity-1000'] } })
      assert.equal(statusOf(after.state, session, 1501).sessionState, 'ended')
    })
  }

  test('ends the session when one of several contexts is another one', () => {
    const { events } = locked()
      .and(requireProof(1001, { context: thief }))
      .when(submit(1500, { lockVersion: 1001 }))
    assert.partialDeepStrictEqual(events[0], {
      data: { ended: true, vouched: ['activity-1000'], disowned: ['activity-1001'] },
    })
  })

  test('ends the session when more contexts than are kept have caused the lock, even if each kept one agrees', () => {
    const nulls = Array.from({ length: 9 }, (_, i) => ({
      device: i & 1 ? null : home.device,
      fingerprint: i & 2 ? null : home.fingerprint,
      network: i & 4 ? null : home.network,
      agent: i & 8 ? null : home.agent,
    }))
    const lock = enrolled().and(...nulls.map((context, i) => requireProof(1000 + i, { context })))
    assert.deepEqual(types(lock.when(submit(1500, { lockVersion: 1007 })).events), [
      'VerificationPassed',
      'SessionEnded',
    ])
  })

  test('forgives the wrong ones before it, and the blocks', () => {
    const { attempts } = locked().and(submit(1400, { passed: false }), submit(1500)).state
    assert.deepEqual(attempts, {
      failures: 0,
      consecutiveFailures: 0,
      lastFailureAt: null,
      blockedUntil: null,
      blocks: 0,
    })
  })

  test('vouches until its window is over and no longer', () => {
    const { state } = locked().and(submit(1500))
    assert.equal(statusOf(state, session, 1500 + 8 * HOUR).verifiedUntil, null)
  })

  test('opens an operator lock, which no context has caused', () => {
    const { after } = enrolled()
      .and(operatorLock(1000))
      .when(submit(1500, { context: null }))
    assert.equal(statusOf(after.state, session, 1501).mfaVerified, true)
  })

  test('from another device leaves a locked device locked', () => {
    const device = locked({ scope: 'device', session: null, device: 'd-thief', context: thief })
    const { events, after } = device.when(submit(1500))
    assert.deepEqual(types(events), ['VerificationPassed'])
    assert.equal(after.state.locks.length, 1)
    assert.equal(after.state.passes.length, 1)
  })

  test('counts once: one hundred answers with one code give one success', () => {
    let now = locked().and(operatorLock(1001, { app: 'bank', session: 's-2' }), operatorLock(1002))
    let successes = 0
    for (let i = 0; i < 100; i++) {
      const lock = now.state.locks[i % Math.max(1, now.state.locks.length)]
      const outcome = now.when(
        submit(2000 + i, { step: 77, lock: lock?.id ?? null, lockVersion: lock?.version ?? null }),
      )
      if (outcome.events.some((event) => event.type === 'VerificationPassed')) successes++
      now = outcome.after
    }
    assert.equal(successes, 1)
  })
})

describe('an answer is refused', () => {
  test('as stale when its challenge is used or expired, or its lock gone or of another version', () => {
    const twice = submit(1500, { challenge: 'one' })
    const reused = submit(1501, { challenge: 'one', lock: 'l-0-1001', lockVersion: 1001 })
    assert.equal(locked().and(operatorLock(1001), twice).when(reused).refusal, 'stale-challenge')
    assert.equal(locked().when(submit(1500, { challengeExpiresAt: 1500 })).refusal, 'stale-challenge')
    assert.equal(locked().when(submit(1500, { lockVersion: 999 })).refusal, 'stale-challenge')
    assert.equal(locked().when(submit(1500, { lock: 'l-0-1' })).refusal, 'stale-challenge')
    assert.equal(locked().when(submit(1500, { lock: null, lockVersion: null })).refusal, 'stale-challenge')
    assert.equal(locked().when(submit(1500, { challenge: null })).refusal, 'stale-challenge')
  })

  test('when the factor is unknown, or of a kind the lock does not allow', () => {
    assert.equal(locked().when(submit(1500, { factor: 'other' })).refusal, 'factor-not-active')
    const pending = enrolled().and(addTotp(900, { factor: 'pending' }), requireProof(1000))
    assert.equal(pending.when(submit(1500, { factor: 'pending' })).refusal, 'factor-not-active')
    assert.equal(locked({ factors: ['webauthn'] }).when(submit(1500)).refusal, 'factor-not-allowed')
  })

  test('when the factor is younger than the cause, for a thief must not enrol and then open', () => {
    const second = enrolled().and(
      addTotp(1001, { factor: 'totp-2', ticket: false }),
      confirm(1002, { factor: 'totp-2' }),
    )
    const { refusal } = second
      .and(requireProof(1003, { time: 1000 }))
      .when(submit(1500, { factor: 'totp-2', lock: 'l-0-1003', lockVersion: 1003 }))
    assert.equal(refusal, 'factor-too-new')
  })

  test('while too many were wrong, for fifteen minutes and then twice as long', () => {
    const wrong = (at: number) => submit(at, { passed: false, lock: 'l-0-900', lockVersion: 900 })
    const once = enrolled().and(operatorLock(900), wrong(1000), wrong(1001), wrong(1002))
    assert.equal(once.when(submit(1003)).refusal, 'too-many-attempts')
    assert.equal(retryAt(once.state, 1003), 1002 + 15 * MINUTE)
    const later = 1002 + 15 * MINUTE
    const again = once.and(wrong(later), wrong(later + 1), wrong(later + 2))
    assert.equal(retryAt(again.state, later + 3), later + 2 + 30 * MINUTE)
    assert.equal(again.state.locks.length, 1)
    let now = again
    for (let round = 2; round < 12; round++) {
      const at = retryAt(now.state, now.state.at) ?? assert.fail()
      now = now.and(wrong(at), wrong(at + 1), wrong(at + 2))
    }
    assert.equal(retryAt(now.state, now.state.at), now.state.at + 24 * HOUR)
  })
})

describe('a wrong answer', () => {
  test('leaves the challenge to be tried again until the attempts are spent', () => {
    const tried = locked().and(submit(1500, { passed: false, challenge: 'one' }))
    assert.equal(attemptsLeft(tried.state, tried.state.locks[0] ?? assert.fail(), 1501), 2)
    assert.deepEqual(types(tried.when(submit(1501, { challenge: 'one' })).events), [
      'VerificationPassed',
      'SessionUnlocked',
    ])
  })

  test('that is the last one ends the session', () => {
    const { events, after } = locked()
      .and(submit(1500, { passed: false }), submit(1501, { passed: false }))
      .when(submit(1502, { passed: false }))
    assert.deepEqual(types(events), ['VerificationFailed', 'AttemptsSpent', 'SessionEnded'])
    assert.equal(statusOf(after.state, session, 1503).sessionState, 'ended')
  })

  test('does not count after fifteen minutes', () => {
    const tried = locked().and(submit(1500, { passed: false }), submit(1501, { passed: false }))
    const { events } = tried.when(submit(1501 + 15 * MINUTE, { passed: false }))
    assert.partialDeepStrictEqual(events, [{ type: 'VerificationFailed', data: { attemptsLeft: 2 } }])
  })

  test('is also a right code whose step was used before', () => {
    const { events } = locked().when(submit(1500, { step: 2 }))
    assert.partialDeepStrictEqual(events, [{ type: 'VerificationFailed', data: { reason: 'step-used' } }])
  })
})

test('a recovery code opens once, in any order', () => {
  const withCodes = enrolled().and(
    addTotp(3, { factor: 'codes', kind: 'recovery-code', ticket: false }),
    requireProof(1000),
  )
  const code = (at: number, step: number | null, lock: string) =>
    submit(at, { factor: 'codes', step, lock, lockVersion: Number(lock.slice(4)) })
  const opened = withCodes.and(code(1100, 7, 'l-0-1000'), requireProof(1200))
  assert.equal(opened.state.locks.length, 1)
  assert.deepEqual(types(opened.when(code(1300, 7, 'l-0-1200')).events), ['VerificationFailed'])
  assert.deepEqual(types(opened.when(code(1300, null, 'l-0-1200')).events), ['VerificationFailed'])
  assert.deepEqual(types(opened.when(code(1300, 3, 'l-0-1200')).events), ['VerificationPassed', 'SessionUnlocked'])
})

test('a context is the same when all that is known of the cause is equal in the answer', () => {
  assert.equal(sameContext({ ...home, agent: null }, home), true)
  assert.equal(sameContext(home, { ...home, agent: null }), false)
  assert.equal(sameContext(home, thief), false)
  assert.equal(sameContext(home, null), false)
})
