/** A buffer that grows as it is written to; numbers are big-endian. */
export interface ByteSink {
  readonly length: number
  float64(value: number): void
  int32(value: number): void
  /** Answers how many bytes were written. */
  part(value: Uint8Array | string): number
  /** Overwrites what was written at a place before. */
  putInt32(at: number, value: number): void
  /** What was written so far: a view, good until the next write. */
  written(): Uint8Array<ArrayBuffer>
  clear(): void
}

const shortText = 64
const encoder = new TextEncoder()

/** Begins with room for `capacity` bytes. */
export function createByteSink(capacity: number): ByteSink {
  let bytes = new Uint8Array(capacity)
  let view = new DataView(bytes.buffer)
  let used = 0

  function reserve(more: number): void {
    if (used + more <= bytes.length) return
    const larger = new Uint8Array(Math.max(bytes.length * 2, used + more))
    larger.set(bytes.subarray(0, used))
    bytes = larger
    view = new DataView(bytes.buffer)
  }

  function putText(text: string): number {
    reserve(text.length * 3)
    let at = 0
    // For short ASCII a loop here is several times quicker than the encoder.
    if (text.length <= shortText) {
      for (; at < text.length; at += 1) {
        const unit = text.charCodeAt(at)
        if (unit > 0x7f) break
        bytes[used + at] = unit
      }
    }
    return at === text.length ? at : encoder.encodeInto(text, bytes.subarray(used)).written
  }

  function putBytes(part: Uint8Array): number {
    reserve(part.length)
    bytes.set(part, used)
    return part.length
  }

  return {
    get length() {
      return used
    },
    float64(value) {
      reserve(8)
      view.setFloat64(used, value)
      used += 8
    },
    int32(value) {
      reserve(4)
      view.setInt32(used, value)
      used += 4
    },
    part(value) {
      const count = typeof value === 'string' ? putText(value) : putBytes(value)
      used += count
      return count
    },
    putInt32: (at, value) => view.setInt32(at, value),
    written: () => bytes.subarray(0, used),
    clear() {
      used = 0
    },
  }
}
