import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { murmur2, partitionOf } from './murmur2.ts'

/** From the tests of the Java client: clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java. */
const golden: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

describe('murmur2', () => {
  for (const [text, hash] of golden) {
    it(`hashes ${text} as the Java client does`, () => {
      assert.equal(murmur2(new TextEncoder().encode(text)), hash)
    })
  }

  it('takes a view into a larger buffer', () => {
    const larger = new TextEncoder().encode('..foobar..')
    assert.equal(murmur2(larger.subarray(2, 8)), -790332482)
  })
})

describe('partitionOf', () => {
  it('always answers a partition that exists', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 200 }), (key, partitions) => {
        const partition = partitionOf(key, partitions)
        return Number.isInteger(partition) && partition >= 0 && partition < partitions
      }),
    )
  })

  it('hashes the UTF-8 form of any key, short or long', () => {
    const key = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ minLength: 120, maxLength: 140 }))
    fc.assert(
      fc.property(key, (text) => {
        const hash = murmur2(new TextEncoder().encode(text))
        assert.equal(partitionOf(text, 1_000_003), (hash & 0x7fffffff) % 1_000_003)
      }),
    )
  })

  it('makes the hash positive by dropping its sign bit', () => {
    assert.equal(partitionOf('21', 24), (-973932308 & 0x7fffffff) % 24)
  })
})
