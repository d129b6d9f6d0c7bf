import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fullJitterMs, parseRetryAfter } from '../src/retry-delay.ts'

test('a delay is spread from nothing to a span that doubles from the least to the most', () => {
  const bounds = { minMs: 100, maxMs: 10_000 }
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.nat(10_000), share, (attempt, random) => {
      const span = Math.min(10_000, 100 * 2 ** attempt)
      assert.equal(
        fullJitterMs(attempt, bounds, () => random),
        random * span,
      )
    }),
  )
})

test('Retry-After is read as seconds or as a date, and nonsense is left alone', () => {
  const nowMs = Date.parse('2026-11-22T10:00:00Z')
  assert.equal(parseRetryAfter('3', nowMs), 3_000)
  assert.equal(parseRetryAfter('Sun, 22 Nov 2026 10:00:05 GMT', nowMs), 5_000)
  assert.equal(parseRetryAfter('Sun, 22 Nov 2026 09:00:00 GMT', nowMs), 0)
  for (const header of [null, undefined, '', 'soon']) assert.equal(parseRetryAfter(header, nowMs), undefined)
})
