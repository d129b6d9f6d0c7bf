import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isRecent,
  noRecentIds,
  recentId,
  type RecentIds,
  recentIdsMax,
  recentOf,
  recentText,
  withRecent,
} from './recent-ids.ts'

const began = 1_700_000_000_000
const dayMs = 24 * 3_600_000
const minuteMs = 60_000

/** The ids of so many activities, `everyMs` apart, and when the last one was. */
function after(count: number, everyMs: number): Readonly<{ recent: RecentIds; last: number }> {
  let recent = noRecentIds
  for (let number = 0; number < count; number++)
    recent = withRecent(recent, recentId('bank', `a-${number}`), began + number * everyMs)
  return { recent, last: began + (count - 1) * everyMs }
}

test('an id is known for 24 hours, and forgotten when it is more than a minute older', () => {
  const { recent } = after(1, 0)
  const id = recentId('bank', 'a-0')
  assert.ok(isRecent(recent, id, began))
  assert.ok(isRecent(recent, id, began + dayMs))
  assert.ok(!isRecent(recent, id, began + dayMs + minuteMs))
  assert.ok(!isRecent(recent, recentId('shop', 'a-0'), began))
  assert.ok(!isRecent(recent, recentId('bank', 'a-1'), began))
})

test('thousands of ids of one day are all known', () => {
  const { recent, last } = after(recentIdsMax, 20_000)
  for (let number = 0; number < recentIdsMax; number++)
    assert.ok(isRecent(recent, recentId('bank', `a-${number}`), last), `a-${number}`)
})

test('beyond the bound the oldest makes room, and the text does not grow', () => {
  const { recent } = after(recentIdsMax, 0)
  const more = withRecent(recent, recentId('bank', 'one-more'), began)
  assert.equal(recentText(more).length, recentText(recent).length)
  assert.ok(!isRecent(more, recentId('bank', 'a-0'), began))
  for (const known of ['a-1', 'one-more']) assert.ok(isRecent(more, recentId('bank', known), began), known)
})

test('what was kept and read again knows the same, wherever the texts are cut', () => {
  for (const count of [0, 1, 63, 64, 65, 200, recentIdsMax + 30]) {
    const { recent, last } = after(count, 60_000)
    const read = recentOf(recentText(recent))
    const [more, moreRead] = [recent, read].map((ids) => withRecent(ids, recentId('bank', 'one-more'), last))
    assert.equal(recentText(moreRead ?? []), recentText(more ?? []))
    for (let number = 0; number < count; number += 7) {
      const id = recentId('bank', `a-${number}`)
      assert.equal(isRecent(moreRead ?? [], id, last), isRecent(recent, id, last), `a-${number} of ${count}`)
    }
  }
})

test('what is over is let go, so that a quiet user costs little', () => {
  const { recent, last } = after(1_000, minuteMs)
  const later = withRecent(recent, recentId('bank', 'later'), last + dayMs - 10 * minuteMs)
  assert.equal(recentText(later).length, 12 * recentId('bank', 'later').length + 12 * 6)
})

test('knows what a list of all ids would know, whatever ids come and how far apart', () => {
  const step = fc.record({ id: fc.integer({ min: 0, max: 15 }), afterMinutes: fc.nat(400) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const seen: { id: string; minute: number }[] = []
      let recent = noRecentIds
      let minute = 0
      for (const { id: number, afterMinutes } of steps) {
        minute += afterMinutes
        const id = recentId('bank', `a-${number}`)
        const expected = seen.some((one) => one.id === id && minute - one.minute <= 24 * 60)
        assert.equal(isRecent(recent, id, minute * minuteMs), expected)
        if (expected) continue
        seen.push({ id, minute })
        recent = withRecent(recent, id, minute * minuteMs)
        assert.deepEqual(recentText(recentOf(recentText(recent))), recentText(recent))
      }
    }),
  )
})
