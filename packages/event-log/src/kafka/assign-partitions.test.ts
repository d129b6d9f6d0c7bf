import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { assignPartitions } from './assign-partitions.ts'
import type { MemberClaim } from './member-claim.ts'
import { newMember, partitionCount, settle } from './testing/settle-members.ts'

/** Members of which each says that it holds some, no two the same one. */
const claims: fc.Arbitrary<readonly MemberClaim[]> = fc
  .tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.array(fc.nat({ max: 9 }), { minLength: partitionCount, maxLength: partitionCount }),
  )
  .map(([count, holders]) =>
    Array.from({ length: count }, (_, at) => ({
      ...newMember(`member-${at}`),
      generation: 3,
      holds: holders.flatMap((holder, partition) => (holder === at ? [partition] : [])),
    })),
  )

describe('sharing the partitions among members', () => {
  it('gives no partition to two members, nor one that another still holds', () => {
    fc.assert(
      fc.property(claims, (members) => {
        const { shares } = assignPartitions(partitionCount, members)
        const given = [...shares.values()].flat()
        assert.equal(new Set(given).size, given.length)
        for (const { memberId, holds } of members) {
          for (const [other, partitions] of shares) {
            if (other !== memberId)
              assert.deepEqual(
                partitions.filter((partition) => holds.includes(partition)),
                [],
              )
          }
        }
      }),
    )
  })

  it('is even and complete after one more round, and then nothing moves', () => {
    fc.assert(
      fc.property(claims, (members) => {
        const { members: settled, rounds } = settle(members)
        const loads = settled.map(({ holds }) => holds.length)
        assert.ok(rounds <= 3)
        assert.equal(
          loads.reduce((sum, load) => sum + load, 0),
          partitionCount,
        )
        assert.ok(Math.max(...loads) - Math.min(...loads) <= 1)
      }),
    )
  })

  it('moves no more than it must when a member comes', () => {
    const before = settle([newMember('a'), newMember('b')]).members
    const after = settle([...before, newMember('c')]).members
    for (const { memberId, holds } of before) {
      const kept = after.find((member) => member.memberId === memberId)?.holds ?? []
      assert.equal(kept.length, 8)
      assert.deepEqual(
        kept.filter((partition) => !holds.includes(partition)),
        [],
      )
    }
  })

  it('believes the later of two claims to a partition', () => {
    const early = { ...newMember('a'), generation: 1, holds: [0, 1, 2] }
    const late = { ...newMember('b'), generation: 2, holds: [1] }
    const { shares } = assignPartitions(4, [early, late])
    assert.deepEqual(shares.get('b')?.includes(1), true)
  })
})
