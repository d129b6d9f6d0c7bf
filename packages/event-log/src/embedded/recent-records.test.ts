import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { LogRecord } from '../event-log.ts'
import { createRecentRecords } from './recent-records.ts'

const record = (offset: number, timestamp: number, valueBytes = 10): LogRecord => ({
  topic: 't',
  partition: 0,
  offset,
  timestamp,
  key: 'k',
  value: new Uint8Array(valueBytes),
  headers: {},
})

describe('recent records', () => {
  it('answer what they still have in order, and leave the rest to the store', () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ push: fc.integer({ min: 0, max: 400_000 }) }) },
      { weight: 2, arbitrary: fc.record({ forgetAt: fc.integer({ min: 10_000, max: 10_100 }) }) },
      { weight: 1, arbitrary: fc.record({ clear: fc.constant(true) }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.integer({ min: 1, max: 20 }), (steps, limit) => {
        const begin = 5
        const recent = createRecentRecords(begin)
        const pushed: LogRecord[] = []
        for (const [now, one] of steps.entries()) {
          if ('push' in one) {
            const next = record(begin + pushed.length, now, one.push)
            pushed.push(next)
            recent.push(next)
          } else if ('clear' in one) recent.clear()
          else recent.forgetOld(one.forgetAt)
          for (let offset = begin; offset <= begin + pushed.length; offset += 1) {
            const wanted = pushed.slice(offset - begin, offset - begin + limit)
            const found = recent.from(offset, limit)
            if (found !== undefined) assert.deepEqual(found, wanted)
          }
          assert.deepEqual(recent.from(begin + pushed.length, limit), [])
        }
      }),
    )
  })

  it('hold no more than 1 MiB, of which the objects of small records are the most', () => {
    const recent = createRecentRecords(0)
    for (let offset = 0; offset < 2_000; offset += 1) recent.push(record(offset, 0))
    assert.equal(recent.from(500, 1), undefined)
    assert.equal(recent.from(1_000, 2_000)?.length, 1_000)
  })

  it('drop what is older than 10 s, and only that, when more comes and when nothing does', () => {
    const recent = createRecentRecords(0)
    for (let offset = 0; offset < 10; offset += 1) recent.push(record(offset, 3_500 * offset))
    assert.equal(recent.from(6, 1), undefined)
    assert.equal(recent.from(7, 10)?.length, 3)
    recent.clear()
    for (let offset = 10; offset < 20; offset += 1) recent.push(record(offset, 100 * (offset - 10)))
    recent.forgetOld(10_500)
    assert.equal(recent.from(14, 1), undefined)
    assert.deepEqual(
      recent.from(15, 10)?.map(({ offset }) => offset),
      [15, 16, 17, 18, 19],
    )
    recent.forgetOld(Number.POSITIVE_INFINITY)
    assert.equal(recent.from(19, 1), undefined)
    assert.deepEqual(recent.from(20, 1), [])
    recent.push(record(20, 1_000))
    assert.equal(recent.from(20, 1)?.length, 1)
  })
})
