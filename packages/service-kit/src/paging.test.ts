import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Type } from 'typebox'
import { pageFrom, pageOf, ProblemError, readCursor } from './index.ts'

const items = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }))
  .map((ids) => ids.map((id) => ({ id })))

test('page by page, a list is given whole, each item once, in the order of the ids', () => {
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 5 }), (all, limit) => {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = pageOf(all, { limit, ...(cursor === undefined ? {} : { cursor }) })
        assert.ok(page.items.length <= limit && (page.items.length > 0 || all.length === 0))
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.next
      } while (cursor !== undefined)
      const ids = all.map(({ id }) => id)
      assert.deepEqual(
        seen,
        ids.toSorted((a, b) => (a < b ? -1 : 1)),
      )
    }),
  )
})

test('what comes or goes between two pages makes none of the others come twice or never', () => {
  const first = pageOf([{ id: 'a' }, { id: 'b' }, { id: 'd' }], { limit: 2 })
  assert.ok(first.next)
  const second = pageOf([{ id: 'a' }, { id: 'c' }, { id: 'd' }], { limit: 2, cursor: first.next })
  assert.deepEqual(second, { items: [{ id: 'c' }, { id: 'd' }] })
})

test('a cursor of another make is malformed: of another list, cut, or none at all', () => {
  const { next = '' } = pageFrom([1, 2], 1, (item) => [item, 'x'])
  assert.deepEqual(readCursor(Type.Tuple([Type.Integer(), Type.String()]), next), [1, 'x'])
  for (const cursor of [next, next.slice(0, -3), '', '!', 'bnVsbA', 'e30', 'W10', 'W1siYSJdXQ'])
    assert.throws(
      () => pageOf([{ id: 'a' }], { limit: 1, cursor }),
      (error) =>
        error instanceof ProblemError && error.code === 'malformed' && error.errors?.[0]?.pointer === '/query/cursor',
    )
})
