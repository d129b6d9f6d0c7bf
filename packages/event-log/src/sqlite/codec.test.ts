import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LogError } from '../log-error.ts'
import { createHeaderCodec } from './header-codec.ts'
import { packFrames, type RecordFrame, unpackFrames } from './record-codec.ts'

const bytes = fc.uint8Array({ maxLength: 200 })
const text = fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: 'grapheme', maxLength: 80 }))
const frame = fc.record({
  topic: fc.nat(),
  partition: fc.nat({ max: 1000 }),
  offset: fc.maxSafeNat(),
  timestamp: fc.maxSafeNat(),
  version: fc.option(fc.maxSafeNat()),
  value: fc.option(bytes),
  headers: fc.option(bytes),
})

describe('packed records', () => {
  it('are unpacked as they were, whether the key came as text or as bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(frame, text, fc.boolean())), (items) => {
        const encoder = new TextEncoder()
        const packed = packFrames(items, ([head, key, asText]) => ({
          ...head,
          key: asText ? key : encoder.encode(key),
        }))
        const expected: RecordFrame[] = items.map(([head, key]) => ({ ...head, key: encoder.encode(key) }))
        assert.deepEqual([...unpackFrames(packed)], expected)
      }),
    )
  })
})

describe('stored headers', () => {
  const headers = fc.dictionary(text, text, { noNullPrototype: true })

  it('are read back as they were by a codec that knows the names saved', () => {
    fc.assert(
      fc.property(fc.array(headers), (all) => {
        const writer = createHeaderCodec([])
        const stored = all.map((one) => writer.encode(one)?.slice() ?? null)
        const reader = createHeaderCodec(writer.unsaved().map(({ name }) => name))
        assert.deepEqual(
          stored.map((one) => ({ ...reader.decode(one) })),
          all,
        )
      }),
    )
  })

  it('write names out once there are a thousand', () => {
    const writer = createHeaderCodec(Array.from({ length: 1000 }, (_, at) => `name-${at}`))
    const odd = { 'one-too-many': 'ö', 'name-7': '' }
    assert.deepEqual(writer.decode(writer.encode(odd)), odd)
    assert.deepEqual(writer.unsaved(), [])
  })

  it('offer a name to be saved until it was', () => {
    const writer = createHeaderCodec(['known'])
    writer.encode({ known: '1', fresh: '2' })
    assert.deepEqual(writer.unsaved(), [{ id: 1, name: 'fresh' }])
    writer.saved(writer.unsaved())
    assert.deepEqual(writer.unsaved(), [])
  })

  it('fail as corrupt when a name is missing', () => {
    const stored = createHeaderCodec([]).encode({ name: 'text' })
    assert.throws(
      () => createHeaderCodec([]).decode(stored),
      (error) => error instanceof LogError && error.code === 'log-corrupt',
    )
  })
})
