import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import fc from 'fast-check'
import { decodeRecordBatches } from './decode-record-batches.ts'
import { encodeRecordBatch } from './encode-record-batch.ts'

const time = 1_790_000_000_123
const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 100 }), fc.constant('__proto__'))
const records = fc.array(
  fc.record({
    key: text,
    value: fc.option(fc.uint8Array({ maxLength: 300 })),
    headers: fc.dictionary(text, text, { maxKeys: 8 }),
  }),
  { minLength: 1, maxLength: 200 },
)

/** As a broker keeps it: with an offset of its own. */
async function kept(made: Parameters<typeof encodeRecordBatch>[0], offset: number, isPacked = false): Promise<Buffer> {
  const batch = await encodeRecordBatch(made, time, isPacked ? { code: 1, compress: promisify(gzip) } : undefined)
  batch.writeBigInt64BE(BigInt(offset))
  return batch
}

test('what was written is read, packed or not, at its offsets', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.boolean(), fc.integer({ min: 0, max: 2 ** 40 }), async (made, isPacked, base) => {
      const { records: read, nextOffset } = await decodeRecordBatches(await kept(made, base, isPacked), base)
      assert.equal(nextOffset, base + made.length)
      for (const [index, record] of read.entries()) {
        const { key, value, headers } = made[index] ?? assert.fail()
        assert.deepEqual([record.offset, record.timestamp, record.key], [base + index, time, key])
        assert.deepEqual(record.value, value && Buffer.from(value))
        assert.deepEqual(Object.entries(record.headers), Object.entries(headers))
      }
      assert.equal(read.length, made.length)
    }),
  )
})

const one = [{ key: 'k', value: Buffer.from('v'), headers: {} }]

test('a batch that is cut off is left for the next fetch', async () => {
  const [first, second] = [await kept(one, 7), await kept(one, 8)]
  for (let cut = 0; cut < second.length; cut += 1) {
    const { records: read, nextOffset } = await decodeRecordBatches(Buffer.concat([first, second.subarray(0, cut)]), 7)
    assert.deepEqual([read.map(({ offset }) => offset), nextOffset], [[7], 8])
  }
})

test('the time of the log counts where the topic takes that', async () => {
  const batch = await kept(one, 0)
  batch.writeInt16BE(0x08, 21)
  batch.writeBigInt64BE(BigInt(time + 5), 35)
  const [record] = (await decodeRecordBatches(batch, 0)).records
  assert.equal(record?.timestamp, time + 5)
})

test('what brokers write for themselves is passed over, and so is what compaction has taken at the end of a batch', async () => {
  const control = await kept(one, 3)
  control.writeInt16BE(0x20, 21)
  control.writeInt32BE(4, 23)
  assert.deepEqual(await decodeRecordBatches(control, 3), { records: [], nextOffset: 8 })
})

test('of many small batches that unpack to much, some are left for the next fetch', async () => {
  const large = [{ key: 'k', value: new Uint8Array(10 * 1024 * 1024), headers: {} }]
  const batches = await Promise.all([0, 1, 2, 3].map((offset) => kept(large, offset, true)))
  const { records: read, nextOffset } = await decodeRecordBatches(Buffer.concat(batches), 0)
  assert.deepEqual([read.length, nextOffset], [2, 2])
})

test('a batch that nobody here reads is a fault, not an empty partition; what stands before it is read', async () => {
  const [old, packed, damaged] = [await kept(one, 8), await kept(one, 8), await kept(one, 8, true)]
  old.writeInt8(1, 16)
  packed.writeInt16BE(4, 21)
  damaged.fill(7, 70)
  const zeroes = [{ key: 'k', value: new Uint8Array(40 * 1024 * 1024), headers: {} }]
  for (const batch of [old, packed, damaged, await kept(zeroes, 8, true)]) {
    const read = await decodeRecordBatches(Buffer.concat([await kept(one, 7), batch, await kept(one, 9)]), 7)
    assert.deepEqual([read.records.map(({ offset }) => offset), read.nextOffset], [[7], 8])
    assert.equal(read.fault?.code, 'protocol-unknown')
  }
})
