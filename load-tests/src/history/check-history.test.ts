import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { checkHistory } from './check-history.ts'
import type { History, LockOperation, RequestOperation, UnlockOperation } from './history.ts'

function request(invokedAt: number, over: Partial<RequestOperation> = {}): RequestOperation {
  return {
    channel: 'http',
    user: 'alice',
    session: 's-1',
    invokedAt,
    returnedAt: invokedAt + 1,
    admitted: true,
    ...over,
  }
}

function lock(invokedAt: number, acknowledgedAt: number, over: Partial<LockOperation> = {}): LockOperation {
  return { user: 'alice', session: 's-1', by: 'operator', invokedAt, acknowledgedAt, ...over }
}

function unlock(invokedAt: number, returnedAt = invokedAt + 1): UnlockOperation {
  return { user: 'alice', invokedAt, returnedAt }
}

function violationsOf(history: Partial<History>): number {
  return checkHistory({ requests: [], locks: [], unlocks: [], ...history }).violations.length
}

describe('the history checker', () => {
  it('finds an admitted request that begins after the acknowledgement and ends before the unlock', () => {
    const locks = [lock(0, 10)]
    assert.equal(violationsOf({ locks, requests: [request(11)] }), 1)
    assert.equal(violationsOf({ locks, requests: [request(11)], unlocks: [unlock(50)] }), 1)
    for (const channel of ['http', 'check', 'replica', 'express', 'fastify'] as const)
      assert.equal(violationsOf({ locks, requests: [request(11, { channel })] }), 1)
  })

  it('lets requests be that began before the acknowledgement or ended after an unlock was invoked', () => {
    const locks = [lock(0, 10)]
    assert.equal(violationsOf({ locks, requests: [request(9), request(10)] }), 0)
    assert.equal(violationsOf({ locks, requests: [request(49, { returnedAt: 51 })], unlocks: [unlock(50)] }), 0)
    assert.equal(violationsOf({ locks, requests: [request(60)], unlocks: [unlock(50)] }), 0)
    assert.equal(violationsOf({ locks, requests: [request(11, { admitted: false })] }), 0)
  })

  it('lets requests of others be, and counts every session of a locked user', () => {
    assert.equal(violationsOf({ locks: [lock(0, 10)], requests: [request(11, { session: 's-2' })] }), 0)
    assert.equal(violationsOf({ locks: [lock(0, 10)], requests: [request(11, { user: 'bob' })] }), 0)
    const locks = [lock(0, 10, { session: null })]
    assert.equal(violationsOf({ locks, requests: [request(11, { session: 's-2' })] }), 1)
  })

  it('promises nothing of a lock that an unlock ran beside', () => {
    assert.equal(violationsOf({ locks: [lock(5, 10)], unlocks: [unlock(4, 6)], requests: [request(11)] }), 0)
    assert.equal(violationsOf({ locks: [lock(5, 10)], unlocks: [unlock(8, 20)], requests: [request(30)] }), 0)
    assert.equal(violationsOf({ locks: [lock(5, 10)], unlocks: [unlock(1, 4)], requests: [request(11)] }), 1)
  })

  it('never lets an ended session in again, whatever is unlocked', () => {
    const locks = [lock(0, 10, { by: 'end' })]
    assert.equal(violationsOf({ locks, unlocks: [unlock(5), unlock(50)], requests: [request(60)] }), 1)
  })

  it('finds a planted violation among any honest requests, and nothing without it', () => {
    const honest = fc.array(
      fc.record({ at: fc.nat(200), took: fc.nat(5), channel: fc.constantFrom('http', 'replica') }),
    )
    fc.assert(
      fc.property(honest, fc.integer({ min: 101, max: 148 }), (asked, planted) => {
        const requests = asked.map(({ at, took, channel }) =>
          // The model: locked from 95, acknowledged at 100, unlocked from 150 on.
          request(at, { channel, returnedAt: at + took, admitted: at + took < 95 || at > 150 }),
        )
        const history = { locks: [lock(90, 100)], unlocks: [unlock(150)], requests }
        assert.equal(violationsOf(history), 0)
        assert.equal(violationsOf({ ...history, requests: [...requests, request(planted)] }), 1)
      }),
    )
  })
})
