import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { attemptsMax, createPendingDeliveries, nextAttemptAt, type PendingDeliveries } from '../src/index.ts'

const endpoints = ['siem', 'chat']

function withNotifications(count: number): PendingDeliveries {
  const pending = createPendingDeliveries()
  for (let offset = 0; offset < count; offset += 1) pending.add({ id: `n-${offset}`, offset, at: offset }, endpoints)
  return pending
}

const snapshot = (pending: PendingDeliveries): unknown => [...pending.all()]

describe('pending deliveries', () => {
  test('are due at once, then when the log says, and gone when it names no further attempt', () => {
    const pending = withNotifications(1)
    assert.equal(pending.get('n-0', 'siem')?.dueAt, 0)
    pending.apply({ id: 'n-0', endpoint: 'siem', attempt: 1, nextAt: 5_000 })
    assert.deepEqual(pending.get('n-0', 'siem'), { id: 'n-0', offset: 0, endpoint: 'siem', attempts: 1, dueAt: 5_000 })
    pending.apply({ id: 'n-0', endpoint: 'siem', attempt: 2, nextAt: null })
    assert.equal(pending.get('n-0', 'siem'), undefined)
    assert.equal(pending.oldest(), 0)
    pending.apply({ id: 'n-0', endpoint: 'chat', attempt: 1, nextAt: null })
    assert.equal(pending.oldest(), undefined)
  })

  test('are the same when records of attempts come twice or late', () => {
    const attempts = fc.record({
      id: fc.constantFrom('n-0', 'n-1', 'n-2', 'unknown'),
      endpoint: fc.constantFrom(...endpoints),
      attempt: fc.integer({ min: 1, max: 4 }),
      nextAt: fc.oneof(fc.constant(null), fc.integer({ min: 10, max: 99 })),
    })
    fc.assert(
      fc.property(fc.array(attempts), (history) => {
        const once = withNotifications(3)
        const twice = withNotifications(3)
        for (const attempt of history) {
          once.apply(attempt)
          twice.apply(attempt)
          twice.apply(attempt)
        }
        assert.deepEqual(snapshot(twice), snapshot(once))
        const offsets = Array.from(once.all(), ({ offset }) => offset)
        assert.equal(once.oldest(), offsets.length === 0 ? undefined : Math.min(...offsets))
      }),
    )
  })

  test('stand where their last record stands while nobody was told of them, and are gone when withdrawn', () => {
    const pending = withNotifications(2)
    pending.replace({ id: 'n-0', offset: 7, at: 60 }, endpoints)
    assert.deepEqual(pending.get('n-0', 'siem'), { id: 'n-0', offset: 7, endpoint: 'siem', attempts: 0, dueAt: 60 })
    assert.equal(pending.oldest(), 1)
    pending.apply({ id: 'n-0', endpoint: 'siem', attempt: 1, nextAt: 99 })
    pending.replace({ id: 'n-0', offset: 8, at: 70 }, endpoints)
    pending.withdraw('n-0', endpoints)
    assert.deepEqual(pending.get('n-0', 'siem'), { id: 'n-0', offset: 7, endpoint: 'siem', attempts: 1, dueAt: 99 })
    assert.equal(pending.get('n-0', 'chat'), undefined)
  })

  test('are tried for three days, at growing distances', () => {
    let at = 1_000
    const pauses: number[] = []
    for (let attempt = 1; attempt < attemptsMax; attempt += 1) {
      const next = nextAttemptAt({ attempt, raisedAt: 1_000, failedAt: at, askedMs: 0, share: 0 }) ?? 0
      pauses.push(next - at)
      at = next
    }
    assert.deepEqual(
      pauses,
      pauses.toSorted((a, b) => a - b),
    )
    assert.equal(at, 1_000 + 3 * 86_400_000)
    assert.equal(nextAttemptAt({ attempt: attemptsMax, raisedAt: at, failedAt: at, askedMs: 0, share: 0 }), null)
  })

  test('are tried no later than three days after they were raised, whatever is asked for', () => {
    const failed = fc.record({
      attempt: fc.integer({ min: 1, max: attemptsMax }),
      raisedAt: fc.constant(0),
      failedAt: fc.nat(4 * 86_400_000),
      askedMs: fc.nat(12 * 86_400_000),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(failed, (one) => {
        const next = nextAttemptAt(one)
        assert.ok(next === null || (next > one.failedAt && next <= 3 * 86_400_000))
      }),
    )
  })
})
