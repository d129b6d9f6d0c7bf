import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { UserFrame } from '../src/frame.ts'
import type { Lock } from '../src/lock.ts'
import { applyUserFrame, type LockChange, noUserLocks } from '../src/user-locks.ts'

const lock = (id: string, version = 1): Lock => ({
  id,
  version,
  scope: 'session',
  session: 's-1',
  level: 'HIGH',
  reasonUser: {},
  factors: ['totp'],
  by: 'risk',
  since: '',
  challengeUri: '',
})

const changesOf = (frames: readonly UserFrame[]): readonly LockChange[] => {
  let known = noUserLocks
  return frames.flatMap((frame) => {
    const { next, changes } = applyUserFrame(known, frame)
    known = next
    return changes
  })
}

test('tells a lock once, however often it is said, and of a new version that the lock was known', () => {
  const changes = changesOf([
    { type: 'mfa-required', seq: 1, user: 'a', lock: lock('l') },
    { type: 'mfa-required', seq: 1, user: 'a', lock: lock('l') },
    { type: 'state', seq: 2, user: 'a', locks: [lock('l', 2)], endedSessions: undefined },
  ])
  assert.deepEqual(
    changes.map((change) => change.type === 'locked' && [change.lock.version, change.raised]),
    [
      [1, false],
      [2, true],
    ],
  )
})

test('tells what a lost connection missed, from the difference of two states', () => {
  const changes = changesOf([
    { type: 'state', seq: 1, user: 'a', locks: [lock('old')], endedSessions: [] },
    { type: 'state', seq: 9, user: 'a', locks: [lock('new')], endedSessions: ['s-7'] },
  ])
  assert.deepEqual(
    changes.map((change) => (change.type === 'session-ended' ? change.session : `${change.type} ${change.lock.id}`)),
    ['locked old', 's-7', 'unlocked old', 'locked new'],
  )
})

test('changes nothing by a frame that is older than what is known', () => {
  const { next } = applyUserFrame(noUserLocks, {
    type: 'state',
    seq: 5,
    user: 'a',
    locks: [lock('l')],
    endedSessions: [],
  })
  assert.deepEqual(applyUserFrame(next, { type: 'unlocked', seq: 4, user: 'a', lockId: 'l', by: 'verification' }), {
    next,
    changes: [],
  })
})

test('tells locks and unlocks of one id in turns, whatever frames come', () => {
  const frame = fc
    .tuple(fc.nat(8), fc.constantFrom('state', 'lock', 'unlock'), fc.subarray(['x', 'y', 'z']))
    .map(([seq, kind, ids]): UserFrame => {
      if (kind === 'state')
        return { type: 'state', seq, user: 'a', locks: ids.map((id) => lock(id)), endedSessions: [] }
      const id = ids[0] ?? 'x'
      if (kind === 'lock') return { type: 'mfa-required', seq, user: 'a', lock: lock(id, seq) }
      return { type: 'unlocked', seq, user: 'a', lockId: id, by: 'operator' }
    })
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 20 }), (frames) => {
      const open = new Set<string>()
      for (const change of changesOf(frames)) {
        if (change.type === 'session-ended') continue
        const { id } = change.lock
        assert.equal(open.has(id), change.type === 'unlocked' || change.raised)
        if (change.type === 'locked') open.add(id)
        else open.delete(id)
      }
    }),
    { numRuns: 200 },
  )
})
