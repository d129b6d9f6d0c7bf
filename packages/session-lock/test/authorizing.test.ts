import assert from 'node:assert/strict'
import { test } from 'node:test'
import { given } from '@watchword/decider/testing'
import { personOf } from '@watchword/user-names'
import { sessionLock, whyNotApprover } from '../src/index.ts'
import {
  answerApproval,
  consumeAuthorization,
  promptApprover,
  recordApproval,
  requestAuthorization,
} from './authorization-commands.ts'
import { enrolled, MINUTE, operatorLock, operatorUnlock, submit, types, endSession } from './lock-commands.ts'

const asked = given(sessionLock).and(requestAuthorization(1000))
const approved = asked.and(recordApproval(2000))

test('what is approved in time is let through once, and only as it was approved', () => {
  assert.equal(asked.when(consumeAuthorization(2000)).refusal, 'authorization-pending')
  const changed = { parametersHash: 'hash-2' }
  assert.equal(approved.when(consumeAuthorization(3000, changed)).refusal, 'parameters-changed')
  assert.equal(approved.when(consumeAuthorization(3000, { session: 's-2' })).refusal, 'parameters-changed')
  assert.equal(approved.when(consumeAuthorization(3000, { app: 'shop' })).refusal, 'unknown-authorization')
  const used = approved.when(consumeAuthorization(3000))
  assert.deepEqual(types(used.events), ['AuthorizationConsumed'])
  assert.equal(used.after.when(consumeAuthorization(3001)).refusal, 'authorization-consumed')
  assert.equal(used.after.when(recordApproval(3001, { approver: 'carol' })).refusal, 'authorization-consumed')
  assert.equal(used.after.state.authorizations.owned[0]?.parameters, null)
})

test('its life is over at its end, ten minutes at most, and it is forgotten ten minutes later', () => {
  const end = 1000 + 5 * MINUTE
  assert.equal(asked.when(recordApproval(end)).refusal, 'authorization-expired')
  assert.equal(approved.when(consumeAuthorization(end)).refusal, 'authorization-expired')
  assert.equal(approved.when(consumeAuthorization(end + 10 * MINUTE)).refusal, 'unknown-authorization')
  const long = given(sessionLock).and(requestAuthorization(0, { ttlMs: 60 * MINUTE }))
  assert.equal(long.when(recordApproval(10 * MINUTE, { requestedAt: 0 })).refusal, 'authorization-expired')
})

test('a session that is locked or has ended neither asks nor uses', () => {
  const lock = operatorLock(2500, { app: 'bank', session: 's-1' })
  assert.equal(approved.and(lock).when(consumeAuthorization(3000)).refusal, 'locked')
  assert.equal(approved.and(lock, operatorUnlock(2600)).when(consumeAuthorization(3000)).refusal, null)
  assert.equal(approved.and(endSession(2500)).when(consumeAuthorization(3000)).refusal, 'locked')
  assert.equal(given(sessionLock).and(lock).when(requestAuthorization(3000)).refusal, 'locked')
})

test('an answer to an earlier one of the same id is no answer', () => {
  assert.equal(asked.when(recordApproval(2000, { requestedAt: 999 })).refusal, 'unknown-authorization')
})

test('each person counts once, and the owner never', () => {
  const two = given(sessionLock).and(requestAuthorization(1000, { quorum: 2 }))
  const one = two.and(recordApproval(2000))
  assert.deepEqual(one.when(recordApproval(2001)).events, [])
  assert.deepEqual(one.when(recordApproval(2001, { approver: 'BOB' })).events, [])
  assert.equal(one.when(recordApproval(2001, { approver: 'Alice' })).refusal, 'self-approval')
  assert.equal(one.when(recordApproval(2001, { approver: 'carol', session: 's-1' })).refusal, 'self-approval')
  assert.equal(one.when(recordApproval(2001, { approver: 'carol', device: 'd-alice' })).refusal, 'self-approval')
  assert.equal(
    one.when(recordApproval(2001, { approver: 'carol', factorKind: 'recovery-code' })).refusal,
    'factor-not-allowed',
  )
  const both = one.and(recordApproval(2001, { approver: 'carol' }))
  assert.equal(both.state.authorizations.owned[0]?.outcome.status, 'approved')
})

test('the owner alone confirms what the owner is to confirm', () => {
  const own = given(sessionLock).and(requestAuthorization(1000, { approver: 'owner' }))
  assert.equal(own.when(recordApproval(2000)).refusal, 'not-an-approver')
  assert.deepEqual(types(own.when(recordApproval(2000, { approver: 'alice' })).events), ['AuthorizationApproved'])
})

test('one no ends it, before or after a yes, but not what was done', () => {
  const no = { answer: 'denied', reason: 'unknown payee' } as const
  for (const before of [asked, approved]) {
    const denied = before.and(recordApproval(2500, no))
    assert.equal(denied.when(consumeAuthorization(3000)).refusal, 'authorization-denied')
    assert.equal(denied.when(recordApproval(3000)).refusal, 'authorization-denied')
  }
  const done = approved.and(consumeAuthorization(3000))
  assert.equal(done.when(recordApproval(3001, no)).refusal, 'authorization-consumed')
})

test('it is denied when so many approvers cannot be asked that no quorum is left', () => {
  const three = given(sessionLock).and(requestAuthorization(1000, { approvers: ['bob', 'carol', 'dave'], quorum: 2 }))
  const lost = (approver: string) => recordApproval(1001, { approver, answer: 'unreachable', factorKind: null })
  const one = three.and(lost('bob'))
  assert.deepEqual(one.when(lost('bob')).events, [])
  assert.deepEqual(types(one.when(lost('carol')).events), ['ApproverUnreachable', 'AuthorizationDenied'])
})

test('a yes uses the code and the challenge of the approver, and forgives as a verification does', () => {
  const wrong = enrolled().and(answerApproval(1000, { numberMatched: false }))
  assert.equal(wrong.state.attempts.failures, 1)
  const yes = wrong.when(answerApproval(2000))
  assert.deepEqual(types(yes.events), ['ApprovalAnswered'])
  assert.equal(yes.after.state.attempts.failures, 0)
  assert.equal(yes.after.state.factors[0]?.lastStep, 2000)
  const replayed = yes.after.when(answerApproval(2001, { challenge: 'challenge-2000', challengeExpiresAt: 9000 }))
  assert.equal(replayed.refusal, 'stale-challenge')
  const sameCode = yes.after.when(answerApproval(2001, { step: 2000 }))
  assert.deepEqual(types(sameCode.events), ['VerificationFailed'])
})

test('wrong codes and numbers spend the attempts that locks are answered with', () => {
  const blocked = [1, 2, 3, 4, 5].reduce(
    (before, n) => before.and(answerApproval(1000 + n, n % 2 === 0 ? { passed: false } : { numberMatched: false })),
    enrolled(),
  )
  assert.equal(blocked.when(answerApproval(2000)).refusal, 'too-many-attempts')
  assert.equal(blocked.when(submit(2000)).refusal, 'too-many-attempts')
})

test('nobody approves while locked, with a newer factor, or unasked where approvers are named', () => {
  const locked = enrolled().and(operatorLock(1000, { app: 'bank', session: 's-bob' }))
  assert.equal(locked.when(answerApproval(2000)).refusal, 'locked')
  assert.equal(locked.when(answerApproval(2000, { session: 's-2' })).refusal, null)
  assert.equal(locked.when(answerApproval(2000, { session: null })).refusal, 'locked')
  assert.equal(enrolled().when(answerApproval(2000, { requestedAt: 1 })).refusal, 'factor-too-new')
  assert.equal(enrolled().when(answerApproval(2000, { prompted: true })).refusal, 'not-an-approver')
  const prompted = enrolled().and(promptApprover(1000))
  const yes = prompted.when(answerApproval(2000, { prompted: true }))
  assert.equal(yes.refusal, null)
  assert.equal(yes.after.when(answerApproval(3000, { prompted: true })).refusal, 'not-an-approver')
})

test('a question is asked once, and not again by a copy', () => {
  const prompted = given(sessionLock).and(promptApprover(1000))
  assert.deepEqual(prompted.when(promptApprover(1001)).events, [])
  const closed = prompted.and(promptApprover(1002, { open: false }))
  assert.deepEqual(closed.when(promptApprover(1003)).events, [])
  assert.deepEqual(closed.when(promptApprover(1004, { open: false })).events, [])
})

test('every spelling is one person', () => {
  for (const alias of ['ALICE', ' alice', 'al\u200Dice', 'ａlice', 'alıce'.replace('ı', 'i'), 'Al\u00ADice'])
    assert.equal(personOf(alias), personOf('alice'), JSON.stringify(alias))
  assert.equal(personOf('straße'), personOf('STRASSE'))
  // What is invisible between a letter and its accent, or at the end of a word, makes nobody another person.
  for (const [one, other] of [
    ['rené', 'rene\u200C\u0301'],
    ['josé', 'jose\u00AD\u0301'],
    ['ασβ', 'ασ β'],
    ['ΑΣ', 'ας'],
  ] as const)
    assert.equal(personOf(one), personOf(other), other)
  assert.notEqual(personOf('alice'), personOf('alicia'))
  const [authorization] = asked.state.authorizations.owned
  assert.ok(authorization)
  assert.equal(whyNotApprover(authorization, { user: 'bob', session: null, device: null }), null)
})
