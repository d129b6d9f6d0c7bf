import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decideOnce, remember, statusOf, type UserLocks } from '../src/index.ts'
import {
  endSession,
  enrolled,
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

describe('a lock the scorer asks for', () => {
  test('keeps nothing of the demand besides what a lock is', () => {
    assert.deepEqual(locked().state.locks, [
      {
        scope: 'session',
        app: 'bank',
        session: 's-1',
        device: null,
        id: 'l-0-1000',
        version: 1000,
        level: 'HIGH',
        reasonUser: { en: 'We noticed a sign-in from a new place.' },
        factors: ['webauthn', 'totp', 'recovery-code'],
        since: 1000,
        by: 'risk',
        causes: [{ assessment: 'a-0-1000-0', activity: 'activity-1000', time: 1000, context: home }],
        moreCauses: 0,
        suspectSince: 1000,
        compromised: [],
        policy,
        grounds: 'proven',
      },
    ])
  })

  test('is named after its record and holds for its session only', () => {
    const { state } = locked()
    assert.partialDeepStrictEqual(state.locks, [{ id: 'l-0-1000', version: 1000, by: 'risk', since: 1000 }])
    assert.equal(statusOf(state, { app: 'bank', session: 's-1' }, 1001).sessionState, 'locked')
    assert.equal(statusOf(state, { app: 'bank', session: 's-2' }, 1001).mfaVerified, true)
    assert.equal(statusOf(state, { app: 'shop', session: 's-1' }, 1001).mfaVerified, true)
    assert.equal(statusOf(state, {}, 1001).locked, true)
  })

  test('keeps the attempts already spent when it is asked for again, from elsewhere and higher', () => {
    const before = locked({ level: 'MEDIUM' }).and(submit(1001, { passed: false }))
    const after = before.and(requireProof(1002, { context: thief, level: 'HIGH' }))
    assert.equal(after.state.attempts.failures, 1)
    assert.deepEqual(after.state.attempts, before.state.attempts)
  })

  test('changes nothing when the same context asks again at the same level', () => {
    assert.deepEqual(locked().when(requireProof(1001)).events, [])
  })

  test('gets a new version by a new context, a higher level or fewer factors', () => {
    const medium = locked({ level: 'MEDIUM' })
    const changes = [{ level: 'MEDIUM', context: thief }, { level: 'HIGH' }, { level: 'MEDIUM', factors: ['webauthn'] }]
    for (const change of changes as Parameters<typeof requireProof>[1][]) {
      const { events, after } = medium.when(requireProof(1001, change))
      assert.deepEqual(types(events), ['LockExtended'])
      assert.partialDeepStrictEqual(after.state.locks, [{ id: 'l-0-1000', version: 1001 }])
      assert.equal(after.when(submit(1002)).refusal, 'stale-challenge')
    }
  })

  test('only counts contexts beyond the eighth, so that an attacker cannot make every answer stale', () => {
    const others = Array.from({ length: 20 }, (_, i) =>
      requireProof(1001 + i, { context: { ...thief, network: `n-${i}` } }),
    )
    const lock = locked().and(...others).state.locks[0]
    assert.equal(lock?.causes.length, 8)
    assert.equal(lock?.moreCauses, 13)
    assert.equal(lock?.version, 1007)
  })

  test('keeps its first context alone once the locks of the user keep 64, and counts the others', () => {
    const sessions = Array.from({ length: 20 }, (_, i) => `s-${i}`)
    const demands = sessions.flatMap((session, i) =>
      Array.from({ length: 8 }, (_, j) =>
        requireProof(1_000 + i * 8 + j, { session, context: { ...thief, network: `n-${j}` } }),
      ),
    )
    const { locks } = enrolled().and(...demands).state
    assert.deepEqual(
      locks.map(({ causes }) => causes.length),
      [...sessions.keys()].map((index) => (index < 8 ? 8 : 1)),
    )
    assert.equal(locks.at(-1)?.moreCauses, 7)
  })

  test('never excludes every factor when two rules contradict each other', () => {
    const { state } = locked({ factors: ['totp'] }).and(requireProof(1001, { factors: ['webauthn'] }))
    assert.deepEqual(state.locks[0]?.factors, ['webauthn'])
    const reversed = locked({ factors: ['webauthn'] }).and(requireProof(1001, { factors: ['totp'] }))
    assert.deepEqual(reversed.state.locks[0]?.factors, ['webauthn'])
  })

  test('covers the whole user once there are too many to keep apart', () => {
    const many = Array.from({ length: 100 }, (_, i) => requireProof(2000 + i, { session: `s-${i}`, context: thief }))
    const { state } = enrolled().and(...many)
    assert.equal(state.locks.length, 64)
    assert.equal(statusOf(state, { app: 'bank', session: 's-unseen' }, 3000).locked, true)
  })
})

describe('a demand for proof does nothing', () => {
  test('for a session that has ended', () => {
    assert.deepEqual(enrolled().and(endSession(900)).when(requireProof(1000)).events, [])
  })

  test('when its cause is not after the last pass from the same context', () => {
    assert.deepEqual(
      locked()
        .and(submit(1500))
        .when(requireProof(1600, { time: 1500 })).events,
      [],
    )
  })

  test('when it is redelivered', () => {
    const { state } = enrolled()
    const command = requireProof(1000)
    assert.deepEqual(decideOnce(command, remember(state, command)), { accepted: true, events: [] })
  })
})

describe('what is remembered of the inbox', () => {
  test('lets no flood of demands make a copied unlock count twice', () => {
    const unlock = operatorUnlock(900)
    const flood = Array.from({ length: 200 }, (_, index) => requireProof(1001 + index))
    const after = flood.reduce<UserLocks>(remember, remember(locked().state, unlock))
    assert.equal(after.seen.length, 64)
    assert.deepEqual(decideOnce(unlock, after), { accepted: true, events: [] })
  })

  test('lets no demand take the name of a command that is still to come', () => {
    const { state } = enrolled()
    const lock = operatorLock(1001)
    const decision = decideOnce(lock, remember(state, { ...requireProof(1000), commandId: lock.commandId }))
    assert.deepEqual(decision.accepted && types(decision.events), ['SessionLocked'])
  })
})

describe('a demand for proof locks again', () => {
  test('when its cause is after the pass, older but from another context, or above the level passed', () => {
    const passed = locked({ level: 'MEDIUM' }).and(submit(1500))
    const newer = passed.when(requireProof(1600, { level: 'MEDIUM' }))
    const elsewhere = passed.when(requireProof(1600, { level: 'MEDIUM', time: 1400, context: thief }))
    const higher = passed.when(requireProof(1600, { time: 1400 }))
    assert.deepEqual(types(newer.events), ['SessionLocked'])
    assert.deepEqual(types(elsewhere.events), ['SessionLocked'])
    assert.deepEqual(types(higher.events), ['PassVoided', 'SessionLocked'])
  })
})

describe('a demand that was made before the last pass', () => {
  const passed = locked().and(submit(1500))
  const made = { time: 1400 } as const

  test('locks all the same where it asks for a stronger factor than the one that answered', () => {
    assert.deepEqual(types(passed.when(requireProof(1600, { ...made, factors: ['webauthn'] })).events), [
      'SessionLocked',
    ])
    assert.deepEqual(passed.when(requireProof(1600, { ...made, factors: ['webauthn', 'totp'] })).events, [])
  })

  test('locks all the same where it is about another session, though nothing is known of where that was used', () => {
    const nowhere = { device: null, fingerprint: null, network: null, agent: null }
    for (const context of [home, nowhere])
      assert.deepEqual(types(passed.when(requireProof(1600, { ...made, context, session: 's-2' })).events), [
        'SessionLocked',
      ])
    assert.deepEqual(types(passed.when(requireProof(1600, { ...made, app: 'shop' })).events), ['SessionLocked'])
  })
})

describe('the reach of a lock', () => {
  test('of a user is every session', () => {
    const { state } = enrolled().and(operatorLock(1000))
    assert.equal(statusOf(state, { app: 'any', session: 'any', device: 'any' }, 1001).locked, true)
  })

  test('of a device is what is known to be another device at most', () => {
    const { state } = locked({ scope: 'device', session: null, device: 'd-home', context: home })
    assert.equal(statusOf(state, { app: 'bank', session: 's-1', device: 'd-home' }, 1001).locked, true)
    assert.equal(statusOf(state, { app: 'bank', session: 's-1' }, 1001).locked, true)
    assert.equal(statusOf(state, { app: 'bank', session: 's-1', device: 'd-other' }, 1001).locked, false)
  })
})
