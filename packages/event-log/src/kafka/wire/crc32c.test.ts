import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import fc from 'fast-check'
import { crc32c } from './crc32c.ts'

const byKafkajs = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/crc32C/index.js') as (
  bytes: Uint8Array,
) => number

test('is that of RFC 3720, and of kafkajs for bytes of any length', () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a_91_36_aa)
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62_a8_ab_43)
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3_06_92_83)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => crc32c(bytes) === byKafkajs(bytes)))
})
