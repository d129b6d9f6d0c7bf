import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import fc from 'fast-check'
import { encodeRecordBatch, batchedBytesOf } from './encode-record-batch.ts'

const load = createRequire(import.meta.url)
type Encoded = Readonly<{ buffer: Buffer }>
const kafkajsRecord = load('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => Encoded
const { RecordBatch: kafkajsBatch } = load('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch: (batch: object) => Promise<Encoded>
}

const time = 1_790_000_000_123
const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 100 }))
const records = fc.array(
  fc.record({
    key: text,
    value: fc.option(fc.uint8Array({ maxLength: 300 })),
    headers: fc.dictionary(text, text, { maxKeys: 8 }),
  }),
  { minLength: 1, maxLength: 200 },
)

async function byKafkajs(made: readonly Readonly<{ key: string; value: Uint8Array | null }>[]): Promise<Buffer> {
  const encoded = made.map(({ key, value, ...rest }, offsetDelta) =>
    kafkajsRecord({ ...rest, key: Buffer.from(key), value: value && Buffer.from(value), offsetDelta }),
  )
  const times = { firstTimestamp: time, maxTimestamp: time }
  return (await kafkajsBatch({ records: encoded, ...times, lastOffsetDelta: made.length - 1 })).buffer
}

test('a batch is, byte for byte, what kafkajs writes', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (made) => {
      assert.ok((await encodeRecordBatch(made, time)).equals(await byKafkajs(made)))
    }),
  )
})

test('a compressed batch says so, and holds the same records', async () => {
  const made = Array.from({ length: 100 }, (_, index) => ({ key: `k-${index}`, value: Buffer.alloc(100), headers: {} }))
  const plain = await encodeRecordBatch(made, time)
  const packed = await encodeRecordBatch(made, time, { code: 1, compress: promisify(gzip) })
  assert.ok(packed.length < plain.length / 4)
  assert.equal(packed.readInt16BE(21), 1)
  assert.deepEqual(packed.subarray(61), await promisify(gzip)(plain.subarray(61)))
})

test('a record never takes more than was said of it', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (made) => {
      const said = made.reduce((sum, record) => sum + batchedBytesOf(record), 0)
      assert.ok((await encodeRecordBatch(made, time)).length - 61 <= said)
    }),
  )
})
