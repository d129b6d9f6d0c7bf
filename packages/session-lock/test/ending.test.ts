import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { given } from '@watchword/decider/testing'
import { isEmpty, nextDeadline, sessionLock, statusOf } from '../src/index.ts'
import {
  DAY,
  deadline,
  endSession,
  enrolled,
  HOUR,
  home,
  locked,
  operatorLock,
  operatorUnlock,
  policy,
  requireProof,
  submit,
  thief,
  types,
} from './lock-commands.ts'

const session = { app: 'bank', session: 's-1' }
const until = 1500 + 8 * HOUR

function verified(onExpiry: 'soft' | 'force' | 'step-up') {
  return locked({ policy: { ...policy, onExpiry } }).and(submit(1500))
}

describe('the end of a pass', () => {
  test('admits nobody and locks nobody when soft', () => {
    const { events, after } = verified('soft').when(deadline(until, 'p-0-1500', until))
    assert.deepEqual(types(events), ['PassExpired'])
    assert.equal(statusOf(after.state, session, until).verifiedUntil, null)
  })

  test('ends the session when forced', () => {
    const { after } = verified('force').when(deadline(until, 'p-0-1500', until))
    assert.equal(statusOf(after.state, session, until).sessionState, 'ended')
  })

  test('locks the session again when a step-up is wanted', () => {
    const { after } = verified('step-up').when(deadline(until, 'p-0-1500', until))
    assert.partialDeepStrictEqual(statusOf(after.state, session, until), { locked: true, lock: { by: 'expiry' } })
  })

  test('locks the device of the person whose stolen session was ended', () => {
    const stolen = locked({ context: thief, policy: { ...policy, onExpiry: 'step-up' } }).and(submit(1500))
    const { after } = stolen.when(deadline(until, 'p-0-1500', until))
    assert.equal(statusOf(after.state, { session: 's-2', device: home.device }, until).locked, true)
  })

  test('counts only for the current pass, by its own end, when log time has reached it', () => {
    const given = verified('force')
    assert.deepEqual(given.when(deadline(until - 1, 'p-0-1500', until)).events, [])
    assert.deepEqual(given.when(deadline(until, 'p-0-1500', until - 1)).events, [])
    assert.deepEqual(given.when(deadline(until, 'p-0-1', until)).events, [])
  })

  test('is never lost to newer passes: the oldest one ends early', () => {
    const stepUp = { ...policy, onExpiry: 'force' } as const
    let now = enrolled()
    for (let i = 0; i < 33; i++) {
      const at = 10_000 + 10 * i
      now = now.and(
        requireProof(at, { session: `s-${i}`, policy: stepUp }),
        submit(at + 1, { lock: `l-0-${at}`, lockVersion: at }),
      )
    }
    assert.equal(now.state.passes.length, 32)
    assert.equal(statusOf(now.state, { app: 'bank', session: 's-0' }, 20_000).sessionState, 'ended')
  })

  test('that is next is the soonest', () => {
    const two = verified('soft').and(
      operatorLock(1600),
      submit(1700, { lock: 'l-0-1600', lockVersion: 1600, session: 's-2' }),
    )
    assert.deepEqual(nextDeadline(two.state), { pass: 'p-0-1500', until })
    assert.equal(nextDeadline(sessionLock.initialState), null)
  })
})

describe('an ended session', () => {
  test('stays dead for thirty days, whoever verifies or unlocks', () => {
    const ended = locked().and(endSession(1100), operatorUnlock(1200), requireProof(1300), operatorLock(1400, session))
    const late = ended.and(operatorLock(1000 + 29 * DAY))
    assert.equal(statusOf(late.state, session, 1000 + 29 * DAY).sessionState, 'ended')
    assert.equal(statusOf(late.state, session, 1000 + 29 * DAY).mfaVerified, false)
    assert.deepEqual(ended.when(endSession(1500)).events, [])
  })

  test('is not locked again by the end of a verification that was given in it afterwards', () => {
    const stepUp = { ...policy, onExpiry: 'step-up' } as const
    const given = enrolled().and(endSession(900), requireProof(1000, { session: null, scope: 'user', policy: stepUp }))
    const { state } = given.and(submit(1500), deadline(until, 'p-0-1500', until))
    assert.deepEqual(
      state.locks.map(({ scope, device }) => [scope, device]),
      [['device', home.device]],
    )
  })

  test('takes its locks and passes with it, and no others', () => {
    const both = verified('soft').and(requireProof(1600), operatorLock(1700, { app: 'bank', session: 's-2' }))
    const { state } = both.and(endSession(1800))
    assert.deepEqual(
      state.locks.map((lock) => lock.session),
      ['s-2'],
    )
    assert.deepEqual(state.passes, [])
  })

  test('is not brought back by logging in and out a thousand times', () => {
    const stolen = locked({ context: thief }).and(submit(1500))
    const churn = Array.from({ length: 1000 }, (_, i) => endSession(2000 + i, `s-churn-${i}`))
    const { state } = stolen.and(...churn)
    assert.equal(state.endedSessions.length, 512)
    assert.equal(statusOf(state, session, 4000).sessionState, 'ended')
    assert.equal(statusOf(state, { app: 'bank', session: 's-churn-999' }, 4000).sessionState, 'ended')
  })
})

describe('an operator', () => {
  test('opens one lock or all, and is refused on a version that has changed', () => {
    const two = locked().and(operatorLock(1001))
    assert.equal(two.and(operatorUnlock(1100)).state.locks.length, 0)
    assert.equal(two.and(operatorUnlock(1100, { lock: 'l-0-1001', version: 1001 })).state.locks.length, 1)
    assert.equal(two.when(operatorUnlock(1100, { lock: 'l-0-1001', version: 1000 })).refusal, 'stale-version')
    assert.deepEqual(enrolled().when(operatorUnlock(1100)).decision, { accepted: true, events: [] })
  })

  test('takes over the lock in force, and locks twice as once', () => {
    const taken = locked({ level: 'MEDIUM' }).when(operatorLock(1100, session))
    assert.deepEqual(types(taken.events), ['LockExtended'])
    assert.partialDeepStrictEqual(taken.after.state.locks, [{ level: 'HIGH', by: 'operator', version: 1100 }])
    assert.deepEqual(taken.after.when(operatorLock(1101, session)).events, [])
  })
})

test('every pushed change makes seq one greater, and no other one does', () => {
  assert.equal(enrolled().state.seq, 0)
  assert.equal(locked().state.seq, 1)
  assert.equal(locked().and(submit(1500, { passed: false })).state.seq, 1)
  assert.equal(locked().and(submit(1500)).state.seq, 2)
})

test('a state is empty until something is worth keeping, and never once a change was pushed', () => {
  assert.equal(isEmpty(given(sessionLock).and(operatorUnlock(1)).state), true)
  assert.equal(isEmpty(enrolled().state), false)
  assert.equal(isEmpty(given(sessionLock).and(operatorLock(1), operatorUnlock(2)).state), false)
})
