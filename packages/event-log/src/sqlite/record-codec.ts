/** One record on its way to or from the worker; texts are UTF-8 already. */
export type RecordFrame = Readonly<{
  topic: number
  partition: number
  offset: number
  timestamp: number
  /** What compaction compares; null on a topic that is not compacted. */
  version: number | null
  key: Uint8Array
  value: Uint8Array | null
  headers: Uint8Array | null
}>

const headBytes = 44
const absent = -1

/** Packs records into one buffer that can be transferred: cloning objects would cost more than writing them. */
export function packFrames(frames: readonly RecordFrame[]): Uint8Array<ArrayBuffer> {
  let bytes = 0
  for (const frame of frames) bytes += headBytes + frame.key.length + lengthOf(frame.value) + lengthOf(frame.headers)
  const packed = new Uint8Array(bytes)
  const view = new DataView(packed.buffer)
  let at = 0
  const put = (part: Uint8Array | null): void => {
    if (part === null) return
    packed.set(part, at)
    at += part.length
  }
  for (const frame of frames) {
    view.setFloat64(at, frame.offset)
    view.setFloat64(at + 8, frame.timestamp)
    view.setFloat64(at + 16, frame.version ?? absent)
    view.setUint32(at + 24, frame.topic)
    view.setUint32(at + 28, frame.partition)
    view.setInt32(at + 32, frame.key.length)
    view.setInt32(at + 36, frame.value === null ? absent : frame.value.length)
    view.setInt32(at + 40, frame.headers === null ? absent : frame.headers.length)
    at += headBytes
    put(frame.key)
    put(frame.value)
    put(frame.headers)
  }
  return packed
}

/** Unpacks what `packFrames` made; the parts are views into the buffer. */
export function* unpackFrames(packed: Uint8Array<ArrayBuffer>): Generator<RecordFrame, void> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length)
  let at = 0
  const take = (length: number): Uint8Array | null => {
    if (length === absent) return null
    at += length
    return packed.subarray(at - length, at)
  }
  while (at < packed.length) {
    const head = at
    at += headBytes
    const version = view.getFloat64(head + 16)
    yield {
      offset: view.getFloat64(head),
      timestamp: view.getFloat64(head + 8),
      version: version === absent ? null : version,
      topic: view.getUint32(head + 24),
      partition: view.getUint32(head + 28),
      key: take(view.getInt32(head + 32)) ?? new Uint8Array(),
      value: take(view.getInt32(head + 36)),
      headers: take(view.getInt32(head + 40)),
    }
  }
}

function lengthOf(part: Uint8Array | null): number {
  return part === null ? 0 : part.length
}
