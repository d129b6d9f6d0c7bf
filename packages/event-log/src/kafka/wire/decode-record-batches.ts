import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Headers } from '../../event-log.ts'
import { type ByteReader, createByteReader } from './byte-reader.ts'
import { ProtocolError } from './protocol-error.ts'

/** A record as a broker keeps it. Of headers with one name the last counts; texts that are missing are empty. */
export type KeptRecord = Readonly<{
  offset: number
  /** Epoch milliseconds. */
  timestamp: number
  key: string
  /** A view of what was read. */
  value: Buffer | null
  headers: Headers
}>

/** Before it, the base offset and the length, which any format has. */
const frameBytes = 12
const magicRead = 2
const compressionMask = 0x07
const gzipped = 1
const logAppendTimeFlag = 0x08
const controlFlag = 0x20

/** Of one batch, many times what any record may hold: more comes from nobody who means well. Of a fetch, what is unpacked before the rest is left for the next. */
const unpackedBytesMax = 16 * 1024 * 1024

const unzip = promisify(gunzip)

export type DecodedBatches = Readonly<{
  records: readonly KeptRecord[]
  /** Where the next fetch begins. */
  nextOffset: number
  /** Why the batch that stands there cannot be read. */
  fault?: ProtocolError
}>

/**
 * The records of a fetch, in order, without those that brokers write for themselves. The last batch may be cut off: it is left for the next fetch.
 * `nextOffset` is where that begins, `from` when there was no whole batch. Reads up to a batch that cannot be read.
 */
export async function decodeRecordBatches(bytes: Buffer, from: number): Promise<DecodedBatches> {
  const records: KeptRecord[] = []
  const batches = createByteReader(bytes)
  let nextOffset = from
  let unpacked = 0
  while (batches.left >= frameBytes && unpacked < unpackedBytesMax) {
    const baseOffset = batches.int64()
    const length = batches.int32()
    if (length > batches.left) break
    const before = records.length
    try {
      const batch = await decodeBatch(createByteReader(batches.bytes(length)), baseOffset, records)
      nextOffset = Math.max(nextOffset, batch.lastOffset + 1)
      unpacked += batch.bytes
    } catch (cause) {
      return { records: records.slice(0, before), nextOffset, fault: unreadable(cause) }
    }
  }
  return { records, nextOffset }
}

function unreadable(cause: unknown): ProtocolError {
  return cause instanceof ProtocolError ? cause : new ProtocolError('a batch is damaged', { cause })
}

/** Answers the last offset of the batch, which compaction may have left without its record, and how long its records are, unpacked. */
async function decodeBatch(batch: ByteReader, baseOffset: number, records: KeptRecord[]) {
  batch.int32()
  const magic = batch.int8()
  if (magic !== magicRead) throw new ProtocolError(`a batch has the format ${magic}`)
  batch.int32()
  const attributes = batch.int16()
  const lastOffset = baseOffset + batch.int32()
  const firstTime = batch.int64()
  const lastTime = batch.int64()
  batch.bytes(8 + 2 + 4)
  const count = batch.int32()
  if ((attributes & controlFlag) !== 0) return { lastOffset, bytes: 0 }
  const packed = attributes & compressionMask
  if (packed > gzipped) throw new ProtocolError(`a batch is packed by the algorithm ${packed}`)
  const reader =
    packed === gzipped
      ? createByteReader(await unzip(batch.bytes(batch.left), { maxOutputLength: unpackedBytesMax }))
      : batch
  const bytes = reader.left
  const takenAt = (attributes & logAppendTimeFlag) === 0 ? undefined : lastTime
  let before: readonly string[] = []
  for (let index = 0; index < count; index += 1) {
    const end = reader.varint()
    const rest = reader.left - end
    reader.int8()
    const timestamp = firstTime + reader.varint()
    const offset = baseOffset + reader.varint()
    const key = textOf(reader)
    const value = bytesOf(reader)
    const texts = headerTexts(reader, before)
    before = texts
    records.push({ offset, timestamp: takenAt ?? timestamp, key, value, headers: headersOf(texts) })
    if (reader.left !== rest) throw new RangeError('a record is not as long as it says')
  }
  return { lastOffset, bytes }
}

/** Names and values in turn. Most of them are those of the record before, and then the same text. */
function headerTexts(reader: ByteReader, before: readonly string[]): readonly string[] {
  const count = Math.max(0, reader.varint()) * 2
  const texts: string[] = []
  for (let index = 0; index < count; index += 1) texts.push(textOf(reader, before[index]))
  return texts
}

function headersOf(texts: readonly string[]): Headers {
  if (texts.length === 0) return noHeaders
  const headers: Record<string, string> = {}
  for (let index = 0; index < texts.length; index += 2) {
    const [name = '', value = ''] = [texts[index], texts[index + 1]]
    // Else it would be taken for the prototype.
    if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true })
    else headers[name] = value
  }
  return headers
}

const noHeaders: Headers = Object.freeze({})

function textOf(reader: ByteReader, known?: string): string {
  const length = reader.varint()
  return length < 0 ? '' : reader.text(length, known)
}

function bytesOf(reader: ByteReader): Buffer | null {
  const length = reader.varint()
  return length < 0 ? null : reader.bytes(length)
}
