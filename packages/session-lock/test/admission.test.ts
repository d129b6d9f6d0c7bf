import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LockCommand, type LockEvent, statusOf } from '../src/index.ts'
import {
  enrolled,
  type GivenLocks,
  HOUR,
  home,
  MINUTE,
  operatorLock,
  requestAdmission,
  requireProof,
  submit,
  thief,
  types,
} from './lock-commands.ts'

type Decided = Extract<LockEvent, { type: 'AdmissionDecided' }>['data']

/** What is decided about an attempt, the last that is said of it. */
function decided(given: GivenLocks, command: LockCommand): Decided {
  const last = given.when(command).events.at(-1)
  assert.ok(last?.type === 'AdmissionDecided', last?.type)
  return last.data
}

const tunnel = { app: 'vpn', session: 'tunnel-1', device: 'd-home' }
const answer = { lock: 'l-0-1000', lockVersion: 1000, app: 'vpn', session: null } as const
const waiting = enrolled().and(requestAdmission(1000))
const verified = waiting.and(submit(1500, answer))

test('an always-on client waits for its user behind a lock, and connects once it is answered', () => {
  const { events } = enrolled().when(requestAdmission(1000))
  assert.deepEqual(types(events), ['SessionLocked', 'AdmissionDecided'])
  assert.partialDeepStrictEqual(events[1]?.data, {
    outcome: 'pending',
    because: 'second-factor-pending',
    lock: 'l-0-1000',
    windowOver: true,
  })
  assert.partialDeepStrictEqual(statusOf(waiting.state, tunnel, 1001), { locked: true, isPending: true })
  assert.partialDeepStrictEqual(decided(verified, requestAdmission(1600)), {
    outcome: 'admitted',
    because: 'window-active',
    verifiedUntil: 1500 + 8 * HOUR,
  })
})

test('asking again while it waits makes no further lock', () => {
  const { events } = waiting.when(requestAdmission(1100))
  assert.deepEqual(types(events), ['AdmissionDecided'])
  assert.partialDeepStrictEqual(events[0]?.data, { outcome: 'pending', lock: 'l-0-1000' })
})

test('reconnects within the window need no new proof, to the millisecond, and after it they do', () => {
  const end = 1500 + 8 * HOUR
  const again = { session: 'tunnel-2' }
  assert.equal(decided(verified, requestAdmission(end - 1, again)).outcome, 'admitted')
  assert.equal(decided(verified, requestAdmission(end, again)).outcome, 'pending')
})

test('the proof given on its device opens the clients that waited there, and those of other devices wait on', () => {
  const elsewhere = requestAdmission(1001, { session: 'tunnel-2', device: 'd-other' })
  const { events, after } = waiting
    .and(elsewhere, requestAdmission(1002, { session: 'tunnel-3' }))
    .when(submit(1500, answer))
  assert.deepEqual(types(events), ['VerificationPassed', 'SessionUnlocked', 'SessionUnlocked'])
  assert.deepEqual(
    after.state.locks.map(({ session }) => session),
    ['tunnel-2'],
  )
})

test('the proof of another device does not open a client that connects on its own: its session ends', () => {
  const { events } = waiting.when(submit(1500, { ...answer, context: thief }))
  assert.deepEqual(types(events), ['VerificationPassed', 'SessionEnded'])
})

test('somebody who sits at an interactive client is not let in by what was proved in another session', () => {
  const interactive = { client: 'interactive', session: 's-9' } as const
  assert.equal(decided(verified, requestAdmission(1600, interactive)).outcome, 'pending')
  assert.equal(decided(verified, requestAdmission(1600, { ...interactive, session: 'tunnel-1' })).outcome, 'admitted')
})

test('a lock that waited gets a cause from a demand, and is exempt from nothing any more', () => {
  const voice = { resourceClass: 'exempt' } as const
  assert.partialDeepStrictEqual(decided(waiting, requestAdmission(1100, voice)), { outcome: 'admitted' })
  const theft = requireProof(1200, { app: 'vpn', session: 'tunnel-1', context: thief })
  const stolen = waiting.and(theft)
  assert.partialDeepStrictEqual(stolen.state.locks, [{ by: 'risk', level: 'HIGH', version: 1200 }])
  assert.partialDeepStrictEqual(decided(stolen, requestAdmission(1300, voice)), {
    outcome: 'pending',
    because: 'locked',
  })
  const byOperator = waiting.and(operatorLock(1200, { app: 'vpn', session: 'tunnel-1' }))
  assert.partialDeepStrictEqual(decided(byOperator, requestAdmission(1300, voice)), { because: 'locked' })
})

test('risk that rises above a verification takes its window away', () => {
  const risen = verified.and(
    requireProof(1600, { app: 'vpn', session: 'tunnel-1', device: 'd-home', scope: 'device', context: home }),
  )
  assert.deepEqual(risen.state.passes, [])
  assert.equal(decided(risen, requestAdmission(1700, { session: 'tunnel-2' })).because, 'locked')
})

test('who is not who they say, was not accepted or could not be asked is refused, and no lock is made', () => {
  const cases = [
    [{ userMatches: false }, 'user-mismatch'],
    [{ credentialsAccepted: false }, 'credentials-rejected'],
    [{ reachable: false }, 'unreachable'],
    [{ requirement: 'off' }, 'second-factor-off'],
  ] as const
  for (const [found, because] of cases) {
    const { events } = verified.when(requestAdmission(1600, found))
    assert.deepEqual(types(events), ['AdmissionDecided'])
    assert.partialDeepStrictEqual(events[0]?.data, { outcome: 'refused', because, lock: null })
  }
})

test('of the 32 combinations of conditions one waits, one is let in, and each is kept with what was found', () => {
  const outcomes: string[] = []
  for (let row = 0; row < 32; row += 1) {
    const [userMatches, credentialsAccepted, on, reachable, isOver] = [16, 8, 4, 2, 1].map((bit) => (row & bit) !== 0)
    const found = { userMatches: userMatches === true, credentialsAccepted: credentialsAccepted === true }
    const asked = { reachable: reachable === true, requirement: on === true ? 'required' : 'off' } as const
    const kept = decided(isOver === true ? enrolled() : verified, requestAdmission(1600, { ...found, ...asked }))
    assert.partialDeepStrictEqual(kept, { ...found, ...asked, windowOver: isOver })
    if (kept.outcome !== 'refused') outcomes.push(`${row} ${kept.outcome}`)
  }
  assert.deepEqual(outcomes, ['30 admitted', '31 pending'])
})

test('an exception lets in without a proof, and says who answers for it', () => {
  const exception = { requirement: 'waived', level: 'user', owner: 'it-sec', reason: 'no phone' } as const
  assert.partialDeepStrictEqual(decided(enrolled(), requestAdmission(1000, exception)), {
    outcome: 'admitted',
    because: 'waived',
    owner: 'it-sec',
    reason: 'no phone',
  })
})

test('whoever connects under ever new names ends the oldest that waits, and fills no more than eight places', () => {
  const many = Array.from({ length: 9 }, (_, index) => requestAdmission(1000 + index, { session: `t-${index}` }))
  const { state } = enrolled().and(...many)
  assert.equal(state.locks.length, 8)
  assert.equal(statusOf(state, { app: 'vpn', session: 't-0' }, 2000).sessionState, 'ended')
  assert.equal(
    decided(enrolled().and(...many), requestAdmission(2000 + MINUTE, { session: 't-0' })).because,
    'session-ended',
  )
})
