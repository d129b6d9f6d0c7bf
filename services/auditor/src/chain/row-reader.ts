import { linkBytes } from './link.ts'

/** A record as the table gives it back: where it stands, its link, and the bytes that the link is made of, behind the link before it. */
export type StoredRecord = Readonly<{
  topic: string
  partition: number
  offset: number
  hash: Buffer
  canonical: Buffer
  /** Epoch milliseconds. */
  stored: number
}>

/** The bytes are not rows of `recordInsert`. */
export class UnreadableRowError extends Error {
  override readonly name = 'UnreadableRowError'
  readonly code = 'unreadable-row'
}

/** Bytes of whole rows may end anywhere in what a stream brings; this is the longest one that is waited for. */
const rowBytesMax = 64 * 1_048_576

/** Reads rows of `recordInsert` from chunks that are cut anywhere. Throws UnreadableRowError. */
export async function* readRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StoredRecord, void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    if (rest.length > rowBytesMax) throw new UnreadableRowError('a row is longer than a record can be')
    let from = 0
    for (let row = rowAt(rest, 0); row !== undefined; row = rowAt(rest, from)) {
      yield row.record
      from = row.end
    }
    rest = rest.subarray(from)
  }
  if (rest.length > 0) throw new UnreadableRowError('the rows end within one')
}

type Row = Readonly<{ record: StoredRecord; end: number }>

/** The row that begins at `from`; undefined when it does not end within the bytes. */
function rowAt(bytes: Buffer, from: number): Row | undefined {
  const start = from + linkBytes
  const topic = textAt(bytes, start)
  if (topic === undefined) return undefined
  const partitionAt = topic.end
  let at = partitionAt + integersBefore
  for (let text = 0; text < textsBetween; text += 1) {
    const found = textAt(bytes, at)
    if (found === undefined) return undefined
    at = found.end
  }
  const canonicalEnd = at + integersAfter
  const end = canonicalEnd + timesBytes
  if (end > bytes.length) return undefined
  return {
    record: {
      topic: bytes.toString('utf8', topic.start, topic.end),
      partition: bytes.readUInt16LE(partitionAt),
      offset: Number(bytes.readBigUInt64LE(partitionAt + 2)),
      hash: bytes.subarray(from, start),
      canonical: bytes.subarray(start, canonicalEnd),
      stored: Number(bytes.readBigInt64LE(canonicalEnd)),
    },
    end,
  }
}

/** `partition`, `offset` and `at`. */
const integersBefore = 2 + 8 + 8
/** `tenant` to `source_stage`. */
const textsBetween = 8
/** `source_partition`, `source_offset` and `source_index`. */
const integersAfter = 2 + 8 + 2
/** `stored` and `appended`. */
const timesBytes = 8 + 8

function textAt(bytes: Buffer, from: number): Readonly<{ start: number; end: number }> | undefined {
  let length = 0
  for (let at = from, shift = 0; at < bytes.length && shift <= 28; at += 1, shift += 7) {
    const byte = bytes[at] ?? 0
    length += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) {
      const end = at + 1 + length
      return end <= bytes.length ? { start: at + 1, end } : undefined
    }
  }
  return undefined
}
