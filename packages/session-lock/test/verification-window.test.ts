import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type OnExpiry, statusOf } from '../src/index.ts'
import {
  addTotp,
  deadline,
  endSession,
  type GivenLocks,
  HOUR,
  home,
  locked,
  policy,
  requireProof,
  submit,
  thief,
  types,
} from './lock-commands.ts'

const provedAt = 1500
const pass = `p-0-${provedAt}`
const until = provedAt + 8 * HOUR
const justBefore = until - 1_000
const justAfter = until + 1_000
const session = { app: 'bank', session: 's-1', device: home.device }

/** Verified at 1500 in `s-1`, by a code, against MEDIUM. */
function verified(onExpiry: OnExpiry = 'soft'): GivenLocks {
  return locked({ level: 'MEDIUM', policy: { ...policy, onExpiry } }).and(submit(provedAt))
}

describe('the window of a verification, eight hours', () => {
  for (const onExpiry of ['soft', 'force', 'step-up'] as const) {
    test(`prompts nobody at 7:59:59 (${onExpiry}), though a timer is early`, () => {
      const { events, after } = verified(onExpiry).when(deadline(justBefore, pass, until))
      assert.deepEqual(events, [])
      const status = statusOf(after.state, session, justBefore)
      assert.deepEqual([status.mfaVerified, status.sessionState, status.verifiedUntil], [true, 'active', until])
    })
  }

  const afterwards = { soft: [true, 'unknown'], force: [false, 'ended'], 'step-up': [false, 'locked'] } as const
  for (const [onExpiry, expected] of Object.entries(afterwards) as [OnExpiry, readonly [boolean, string]][]) {
    test(`at 8:00:01 leaves the session ${expected[1]} (${onExpiry})`, () => {
      const { state } = verified(onExpiry).and(deadline(justAfter, pass, until))
      const { mfaVerified, sessionState, verifiedUntil } = statusOf(state, session, justAfter)
      assert.deepEqual([mfaVerified, sessionState, verifiedUntil], [...expected, null])
    })
  }

  test('answers a demand that was made before it at 7:59:59, and none at 8:00:01', () => {
    const delayed = { level: 'MEDIUM', time: 1400 } as const
    assert.deepEqual(verified().when(requireProof(justBefore, delayed)).events, [])
    assert.deepEqual(types(verified().when(requireProof(justAfter, delayed)).events), ['SessionLocked'])
  })
})

describe('a verification vouches', () => {
  test('for its own session, of its own app', () => {
    const { state } = verified()
    for (const other of [{ session: 's-2' }, { app: 'shop' }])
      assert.equal(statusOf(state, { ...session, ...other }, 2000).verifiedUntil, null)
  })

  test('for its own device, where there is no session', () => {
    const onDevice = locked({ scope: 'device', session: null, device: home.device }).and(
      submit(provedAt, { session: null, app: null }),
    )
    assert.equal(statusOf(onDevice.state, session, 2000).verifiedUntil, until)
    assert.equal(statusOf(onDevice.state, { ...session, device: thief.device }, 2000).verifiedUntil, null)
  })

  test('with its own class of factor: a code answers for no passkey', () => {
    const keyed = verified().and(addTotp(1600, { factor: 'key-1', kind: 'webauthn', ticket: false }))
    const demand = requireProof(1700, { level: 'MEDIUM', time: 1400, factors: ['webauthn'] })
    const { after, events } = keyed.when(demand)
    assert.deepEqual(types(events), ['SessionLocked'])
    assert.equal(after.when(submit(1800, { lock: 'l-0-1700', lockVersion: 1700 })).refusal, 'factor-not-allowed')
  })

  test('against risk as high as it was given for: more takes it away within the hour, and asks', () => {
    const higher = verified().when(requireProof(provedAt + HOUR, { level: 'HIGH' }))
    assert.deepEqual(types(higher.events), ['PassVoided', 'SessionLocked'])
    assert.equal(statusOf(higher.after.state, session, provedAt + HOUR).mfaVerified, false)
    const elsewhere = requireProof(provedAt + HOUR, { level: 'HIGH', session: 's-2', context: thief })
    assert.deepEqual(types(verified().when(elsewhere).events), ['SessionLocked'])
    const asHigh = verified().and(requireProof(provedAt + HOUR, { level: 'MEDIUM' }))
    assert.equal(asHigh.state.passes.length, 1)
  })

  test('until the person leaves', () => {
    const { state } = verified('step-up').and(endSession(2000), deadline(justAfter, pass, until))
    assert.deepEqual(state.passes, [])
    assert.equal(statusOf(state, session, justAfter).sessionState, 'ended')
    assert.deepEqual(state.locks, [])
  })
})

test('a session that goes on and is verified again has its window from then on, and the earlier end is none', () => {
  const again = provedAt + 4 * HOUR
  const { state, when } = verified('force').and(
    requireProof(again - 1, { level: 'MEDIUM', policy: { ...policy, onExpiry: 'force' } }),
    submit(again, { lock: `l-0-${again - 1}`, lockVersion: again - 1 }),
  )
  assert.equal(statusOf(state, session, again).verifiedUntil, again + 8 * HOUR)
  assert.deepEqual(when(deadline(justAfter, pass, until)).events, [])
  const over = when(deadline(again + 8 * HOUR, `p-0-${again}`, again + 8 * HOUR))
  assert.equal(statusOf(over.after.state, session, again + 8 * HOUR).sessionState, 'ended')
})
