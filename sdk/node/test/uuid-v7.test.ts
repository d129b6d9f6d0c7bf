import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { uuidV7 } from '../src/uuid-v7.ts'

test('an id carries its time, its version and variant, and sorts by time', () => {
  const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
  const random = fc.uint8Array({ minLength: 10, maxLength: 10 })
  fc.assert(
    fc.property(time, time, random, random, (firstMs, secondMs, firstRandom, secondRandom) => {
      const first = uuidV7(firstMs, firstRandom)
      assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.equal(Number.parseInt(first.replaceAll('-', '').slice(0, 12), 16), firstMs)
      if (firstMs < secondMs) assert.ok(first < uuidV7(secondMs, secondRandom))
    }),
  )
})

test('an id is the example of RFC 9562, appendix A.6', () => {
  const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex')
  assert.equal(uuidV7(0x017f22e279b0, random), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})
