import { createByteSink } from './byte-sink.ts'

type FrameHead = Readonly<{
  topic: number
  partition: number
  offset: number
  timestamp: number
  /** What compaction compares; null on a topic that is not compacted. */
  version: number | null
}>

/** One record on its way to or from the worker; texts are UTF-8. */
export type RecordFrame = FrameHead &
  Readonly<{ key: Uint8Array; value: Uint8Array | null; headers: Uint8Array | null }>

/** A frame to be packed, whose key may be a text still. */
export type OutgoingFrame = FrameHead &
  Readonly<{ key: Uint8Array | string; value: Uint8Array | null; headers: Uint8Array | null }>

const headBytes = 44
const lengthsAt = 32
const absent = -1

/** Packs items into one buffer that can be transferred: cloning objects would cost more than writing them. A frame is used up before the next is asked for. */
export function packFrames<T>(items: Iterable<T>, toFrame: (item: T) => OutgoingFrame): Uint8Array<ArrayBuffer> {
  const sink = createByteSink(4096)
  for (const item of items) {
    const frame = toFrame(item)
    const head = sink.length
    sink.float64(frame.offset)
    sink.float64(frame.timestamp)
    sink.float64(frame.version ?? absent)
    sink.int32(frame.topic)
    sink.int32(frame.partition)
    for (let part = 0; part < 3; part += 1) sink.int32(absent)
    sink.putInt32(head + lengthsAt, sink.part(frame.key))
    if (frame.value !== null) sink.putInt32(head + lengthsAt + 4, sink.part(frame.value))
    if (frame.headers !== null) sink.putInt32(head + lengthsAt + 8, sink.part(frame.headers))
  }
  return sink.written()
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
      topic: view.getInt32(head + 24),
      partition: view.getInt32(head + 28),
      key: take(view.getInt32(head + lengthsAt)) ?? new Uint8Array(),
      value: take(view.getInt32(head + lengthsAt + 4)),
      headers: take(view.getInt32(head + lengthsAt + 8)),
    }
  }
}
