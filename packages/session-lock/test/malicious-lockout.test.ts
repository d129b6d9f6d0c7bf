import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { askForLock, noLocksGranted, statusOf } from '../src/index.ts'
import {
  addTotp,
  enrolled,
  type GivenLocks,
  home,
  MINUTE,
  requireProof,
  submit,
  thief,
  types,
  withhold,
} from './lock-commands.ts'

const mine = { app: 'bank', session: 's-mine', device: home.device }
const unproven = { grounds: 'unproven' } as const
const ofDevice = (at: number, device: string, more: Parameters<typeof requireProof>[1] = {}) =>
  requireProof(at, { ...unproven, scope: 'device', session: null, device, context: { ...thief, device }, ...more })

/** As much as anybody may cause who knows a user's name and nothing else. */
function flooded(given: GivenLocks): GivenLocks {
  const devices = Array.from({ length: 200 }, (_, n) => ofDevice(2000 + n, `d-${n}`))
  const visitors = Array.from({ length: 200 }, (_, n) =>
    requireProof(3000 + n, { ...unproven, session: `anonymous-${n}`, context: thief }),
  )
  return given.and(...devices, ...visitors, withhold(4000))
}

describe('a malicious lockout', () => {
  test('reaches nobody but who names what was locked, however little a check says', () => {
    const { state } = flooded(enrolled())
    for (const query of [mine, { session: 's-mine' }, { device: home.device }, {}])
      assert.equal(statusOf(state, query, 5000).mfaVerified, true, JSON.stringify(query))
    assert.equal(statusOf(state, { device: 'd-0' }, 5000).locked, true)
    assert.equal(statusOf(state, { session: 's-other', device: 'd-0' }, 5000).locked, true)
  })

  test('does not widen to the whole user by filling the table, and says what it withheld', () => {
    const { state } = flooded(enrolled())
    assert.equal(state.locks.length, 16)
    assert.deepEqual(types(enrolled().when(withhold(10)).events), ['LockWithheld'])
    const beyond = flooded(enrolled()).when(ofDevice(5000, 'd-more'))
    assert.partialDeepStrictEqual(beyond.events, [{ type: 'LockWithheld', data: { reason: 'user-budget' } }])
  })

  test('changes neither passes nor attempts nor what is pushed', () => {
    const calm = enrolled().and(
      requireProof(1000, { session: 's-mine', level: 'LOW' }),
      submit(1500, { session: 's-mine' }),
    )
    const { state } = flooded(calm)
    assert.deepEqual(state.passes, calm.state.passes)
    assert.deepEqual(state.attempts, calm.state.attempts)
    assert.equal(calm.and(withhold(4000)).state.seq, calm.state.seq)
  })

  test('keeps nobody from changing their factors', () => {
    const { events } = flooded(enrolled()).when(addTotp(5000, { factor: 'totp-2' }))
    assert.deepEqual(types(events), ['FactorAdded'])
  })

  test('that spends every place keeps no theft from being locked', () => {
    const given = flooded(enrolled())
    const thefts = [
      requireProof(6000, { session: 's-mine', context: thief }),
      requireProof(6001, { session: 's-thief', context: thief }),
      requireProof(6002, { scope: 'device', session: null, device: 'd-thief', context: thief }),
      requireProof(6003, { scope: 'user', session: null, context: thief }),
    ]
    for (const theft of thefts)
      assert.deepEqual(types(given.when(theft).events), ['SessionLocked'], JSON.stringify(theft.data))
  })

  test('does not widen to the whole user either when thefts have filled the table, while one more theft does', () => {
    const thefts = Array.from({ length: 63 }, (_, n) =>
      requireProof(1000 + n, { session: `s-${n}`, context: { ...thief, device: null, fingerprint: null } }),
    )
    const full = enrolled().and(...thefts)
    assert.deepEqual(new Set(full.state.locks.map(({ scope }) => scope)), new Set(['session']))
    const { events } = full.when(ofDevice(5000, 'd-more'))
    assert.partialDeepStrictEqual(events, [{ type: 'LockWithheld', data: { reason: 'user-budget' } }])
    const { after } = full.when(requireProof(5001, { session: 's-more', context: thief }))
    assert.equal(after.state.locks.at(-1)?.scope, 'user')
  })

  test('becomes a lock for every check once somebody is inside, with a new version', () => {
    const named = enrolled().and(ofDevice(1000, 'd-thief'))
    assert.equal(statusOf(named.state, { session: 's-mine' }, 1001).locked, false)
    const { events, after } = named.when(ofDevice(1002, 'd-thief', { grounds: 'proven' }))
    assert.deepEqual(types(events), ['LockExtended'])
    assert.partialDeepStrictEqual(after.state.locks, [{ grounds: 'proven', version: 1002 }])
    assert.equal(statusOf(after.state, { session: 's-mine' }, 1003).locked, true)
    assert.equal(after.and(ofDevice(1004, 'd-thief')).state.locks[0]?.grounds, 'proven')
  })

  test('that was granted is cleared by a right passkey, even while codes are blocked by wrong ones', () => {
    const key = addTotp(3, { factor: 'key-1', kind: 'webauthn' })
    const lockedOut = enrolled().and(
      key,
      requireProof(1000, { ...unproven, scope: 'user', session: null, context: thief }),
      ...[1, 2, 3].map((n) => submit(1000 + n, { passed: false })),
    )
    assert.equal(statusOf(lockedOut.state, mine, 1100).locked, true)
    assert.equal(lockedOut.when(submit(1100)).refusal, 'too-many-attempts')
    const { after } = lockedOut.when(submit(1100, { factor: 'key-1', step: 0 }))
    assert.equal(statusOf(after.state, mine, 1101).mfaVerified, true)
  })
})

test('of one tenant no more than so many users are granted in any minute, in whatever order and at whatever pace they are asked about', () => {
  const asking = fc.record({
    user: fc.integer({ min: 0, max: 30 }).map(String),
    waitMs: fc.integer({ min: 0, max: 9_000 }),
  })
  fc.assert(
    fc.property(
      fc.array(asking, { maxLength: 200, size: 'max' }),
      fc.integer({ min: 0, max: 10 }),
      (asked, usersPerMinute) => {
        let budget = noLocksGranted
        let at = 0
        const granted: { user: string; at: number }[] = []
        for (const { user, waitMs } of asked) {
          at += waitMs
          const answer = askForLock(budget, { user, usersPerMinute, at })
          const others = new Set(
            granted.filter((one) => at - one.at < MINUTE && one.user !== user).map((one) => one.user),
          )
          assert.equal(answer.isGranted, others.size < usersPerMinute)
          if (answer.isGranted) granted.push({ user, at })
          budget = answer.budget
          assert.ok(budget.granted.length <= usersPerMinute)
        }
      },
    ),
  )
})
