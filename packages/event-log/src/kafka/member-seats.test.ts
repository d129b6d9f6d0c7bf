import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { MemberClaim } from './member-claim.ts'
import { newMember, partitionCount, settle } from './testing/settle-members.ts'

const namesMax = 12
const nameOf = (ordinal: number): string => `scorer-${ordinal}`
const namesUpTo = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => nameOf(at))

/** Ids as a broker gives them: as long as the test, never the same, in no order. */
const ids = fc.infiniteStream(fc.uuid())

/** Names in an order of their own, the more likely all of them the fewer there are. */
const someNames = fc.shuffledSubarray([...namesUpTo(namesMax)])

/** Which of the names are there, after each change. */
const history = fc.array(someNames, { maxLength: 6 })

/** What each name holds. */
function byName(members: readonly MemberClaim[]): ReadonlyMap<string | null, readonly number[]> {
  return new Map(members.map(({ name, holds }) => [name, holds.toSorted((a, b) => a - b)]))
}

/** Those that stay claim what they hold, the others are gone or start anew; then everybody joins until nobody has to move. */
function change(
  members: readonly MemberClaim[],
  names: readonly string[],
  brokerIds: Iterator<string>,
): readonly MemberClaim[] {
  if (names.length === 0) return []
  const there = new Map(members.map((member) => [member.name, member]))
  const next = names.map((name) => there.get(name) ?? newMember(brokerIds.next().value, name))
  const { members: settled, rounds } = settle(next)
  assert.ok(rounds <= 3)
  return settled
}

function sharedEvenly(members: readonly MemberClaim[]): void {
  assert.deepEqual(
    members.flatMap(({ holds }) => holds).toSorted((a, b) => a - b),
    Array.from({ length: partitionCount }, (_, partition) => partition),
  )
  const loads = members.map(({ holds }) => holds.length)
  assert.ok(Math.max(...loads) - Math.min(...loads) <= 1, String(loads))
}

describe('sharing the partitions among members that have names', () => {
  it('gives every partition to one member, evenly, whoever has come and gone', () => {
    fc.assert(
      fc.property(history, ids, (changes, brokerIds) => {
        let members: readonly MemberClaim[] = []
        for (const names of changes) {
          members = change(members, names, brokerIds)
          if (names.length > 0) sharedEvenly(members)
        }
      }),
    )
  })

  it('gives the same names the same, whatever was before, in whatever order and under whatever ids they come', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: namesMax }), ids, (changes, count, brokerIds) => {
        const names = namesUpTo(count)
        let members: readonly MemberClaim[] = []
        for (const there of changes) members = change(members, there, brokerIds)
        const fresh = change([], names, brokerIds)
        assert.deepEqual(
          byName(change(members, names.toReversed(), brokerIds)),
          new Map([...byName(fresh)].toReversed()),
        )
      }),
    )
  })

  it('gives a member that comes back what it had, and takes from the others nothing of theirs', () => {
    fc.assert(
      fc.property(someNames, fc.nat(), ids, (names, which, brokerIds) => {
        fc.pre(names.length > 1)
        const before = change([], names, brokerIds)
        const others = names.filter((_, at) => at !== which % names.length)
        const without = change(before, others, brokerIds)
        for (const { name, holds } of without) {
          const had = byName(before).get(name) ?? []
          assert.deepEqual(
            had.filter((partition) => !holds.includes(partition)),
            [],
          )
        }
        assert.deepEqual(byName(change(without, names, brokerIds)), byName(before))
      }),
    )
  })

  it('gives all that were away what they had, in whatever order they come back', () => {
    fc.assert(
      fc.property(someNames, someNames, ids, (names, leaving, brokerIds) => {
        fc.pre(names.length > 0)
        const before = change([], names, brokerIds)
        let there = names.filter((name) => !leaving.includes(name))
        let members = change(before, there, brokerIds)
        for (const name of leaving.filter((each) => names.includes(each))) {
          there = [...there, name]
          members = change(members, there, brokerIds)
        }
        for (const [name, holds] of byName(before)) assert.deepEqual(byName(members).get(name), holds)
      }),
    )
  })

  it('moves no more than it must when a number is added at the end or taken away there, also from 9 to 10', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: namesMax - 1 }), ids, (count, brokerIds) => {
        const fewer = change([], namesUpTo(count), brokerIds)
        const more = change(fewer, namesUpTo(count + 1), brokerIds)
        const moved = fewer.flatMap(({ name, holds }) =>
          holds.filter((partition) => !byName(more).get(name)?.includes(partition)),
        )
        assert.deepEqual(
          moved.toSorted((a, b) => a - b),
          byName(more).get(nameOf(count)),
        )
        assert.deepEqual(byName(change(more, namesUpTo(count), brokerIds)), byName(fewer))
      }),
    )
  })

  it('gives none to two of the same name, and one of them all that it had once the other is gone', () => {
    fc.assert(
      fc.property(someNames, fc.nat(), ids, (names, which, brokerIds) => {
        fc.pre(names.length > 0)
        const before = change([], names, brokerIds)
        const twin = newMember(brokerIds.next().value, names[which % names.length])
        const { members } = settle([...before, twin])
        sharedEvenly(members)
        for (const gone of members.filter(({ name }) => name === twin.name)) {
          const left = settle(members.filter((member) => member !== gone)).members
          assert.deepEqual(byName(left), byName(before))
        }
      }),
    )
  })

  it('goes by ids as long as one member has no name', () => {
    const { members } = settle([newMember('a', 'scorer-0'), newMember('b'), newMember('c', 'scorer-1')])
    sharedEvenly(members)
    assert.deepEqual(
      members.map(({ roster }) => roster),
      [[], [], []],
    )
  })
})
