import type { Headers } from '../../event-log.ts'
import { type ByteWriter, createByteWriter, utf8Bytes, varintBytes } from './byte-writer.ts'
import { crc32c } from './crc32c.ts'

/** A record on its way to a partition. */
export type OutgoingRecord = Readonly<{ key: string; value: Uint8Array | null; headers: Headers }>

/** Packs the records of a batch; the number that brokers know the algorithm by. */
export type Compression = Readonly<{ code: number; compress: (records: Buffer) => Promise<Buffer> }>

/** Before the records: offset, length, epoch, magic, checksum, attributes, last delta, two times, producer, its epoch, sequence, count. */
const headBytes = 61
const attributesAt = 21
const checksumAt = 17
const magic = 2
const none = -1

/**
 * A batch of the second record format (KIP-98), of no producer and outside of transactions, all records of one time, epoch milliseconds. Written
 * into one buffer: kafkajs 2.2.4 makes one of 512 zeroes for each record and each header.
 */
export async function encodeRecordBatch(
  records: readonly OutgoingRecord[],
  time: number,
  compression?: Compression,
): Promise<Buffer> {
  let recordBytes = 0
  const sizes = records.map((record, index) => {
    const size = bodyBytes(record, index)
    recordBytes += varintBytes(size) + size
    return size
  })
  const batch = Buffer.allocUnsafe(headBytes + recordBytes)
  writeRecords(createByteWriter(batch.subarray(headBytes)), records, sizes)
  const packed = compression && (await compression.compress(batch.subarray(headBytes)))
  const whole = packed === undefined ? batch : Buffer.concat([batch.subarray(0, headBytes), packed])
  writeHead(whole, records.length, time, compression?.code ?? 0)
  return whole
}

/** What a record takes in a batch, at most. */
export function batchedBytesOf(record: OutgoingRecord): number {
  const size = bodyBytes(record, 0x7f_ff_ff)
  return varintBytes(size) + size
}

function writeHead(batch: Buffer, count: number, time: number, attributes: number): void {
  const head = createByteWriter(batch)
  head.int64(0)
  head.int32(batch.length - 12)
  head.int32(0)
  head.int8(magic)
  head.int32(0)
  head.int16(attributes)
  head.int32(count - 1)
  head.int64(time)
  head.int64(time)
  head.int64(none)
  head.int16(0)
  head.int32(0)
  head.int32(count)
  batch.writeUInt32BE(crc32c(batch.subarray(attributesAt)), checksumAt)
}

/** Of a record without its length. */
function bodyBytes({ key, value, headers }: OutgoingRecord, index: number): number {
  const names = Object.keys(headers)
  // Attributes and the difference in time are one byte each, both 0.
  let bytes = 2 + varintBytes(index) + textBytes(key) + varintBytes(names.length)
  bytes += value === null ? varintBytes(none) : varintBytes(value.length) + value.length
  for (const name of names) bytes += textBytes(name) + textBytes(headers[name] ?? '')
  return bytes
}

function textBytes(text: string): number {
  const bytes = utf8Bytes(text)
  return varintBytes(bytes) + bytes
}

function writeRecords(writer: ByteWriter, records: readonly OutgoingRecord[], sizes: readonly number[]): void {
  for (const [index, { key, value, headers }] of records.entries()) {
    writer.varint(sizes[index] ?? 0)
    writer.int8(0)
    writer.varint(0)
    writer.varint(index)
    writer.text(key)
    if (value === null) writer.varint(none)
    else {
      writer.varint(value.length)
      writer.bytes(value)
    }
    const names = Object.keys(headers)
    writer.varint(names.length)
    for (const name of names) {
      writer.text(name)
      writer.text(headers[name] ?? '')
    }
  }
}
