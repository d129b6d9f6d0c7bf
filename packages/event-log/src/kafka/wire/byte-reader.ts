/** Reads what Kafka calls primitive types from a buffer; throws a RangeError beyond its end. */
export interface ByteReader {
  int8(): number
  int16(): number
  int32(): number
  /** As a number: right up to 2^53, which no offset and no time in milliseconds reaches. */
  int64(): number
  /** Zig-zag, of up to 64 bits, right as far as `int64` is. */
  varint(): number
  /** A view of so many bytes. */
  bytes(length: number): Buffer
  /** UTF-8 of so many bytes. When it is the same as `known`, that one is answered. */
  text(length: number, known?: string): string
  readonly left: number
}

export function createByteReader(buffer: Buffer): ByteReader {
  let at = 0

  function take(length: number): number {
    const from = at
    if (length < 0 || from + length > buffer.length) throw new RangeError('the answer of the broker ends too early')
    at += length
    return from
  }

  /** Whether this text, if it is ASCII, stands there. */
  function isAt(text: string, from: number): boolean {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > 0x7f || buffer[from + index] !== code) return false
    }
    return true
  }

  return {
    get left() {
      return buffer.length - at
    },
    int8: () => buffer.readInt8(take(1)),
    int16: () => buffer.readInt16BE(take(2)),
    int32: () => buffer.readInt32BE(take(4)),
    int64() {
      const from = take(8)
      return buffer.readInt32BE(from) * 0x1_00_00_00_00 + buffer.readUInt32BE(from + 4)
    },
    varint() {
      let value = 0
      for (let scale = 1; ; scale *= 0x80) {
        const byte = buffer[take(1)] ?? 0
        value += (byte & 0x7f) * scale
        if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      }
    },
    bytes(length) {
      const from = take(length)
      return buffer.subarray(from, from + length)
    },
    text(length, known) {
      const from = take(length)
      if (known !== undefined && known.length === length && isAt(known, from)) return known
      return buffer.toString('utf8', from, from + length)
    },
  }
}
