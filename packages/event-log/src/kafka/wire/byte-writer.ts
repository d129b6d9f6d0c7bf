/** Writes what Kafka calls primitive types into one buffer that is as long as it has to be. */
export interface ByteWriter {
  int8(value: number): void
  int16(value: number): void
  int32(value: number): void
  /** Whole numbers up to 2^53. */
  int64(value: number): void
  /** Zig-zag, of 32 bits. */
  varint(value: number): void
  bytes(value: Uint8Array): void
  /** UTF-8 of so many bytes, without its length. */
  text(value: string, byteLength: number): void
  /** Where the next byte goes. */
  readonly at: number
}

/** Longer texts are written by the runtime; for short ones the way there costs more than the writing. */
const textLengthMax = 64

export function createByteWriter(buffer: Buffer): ByteWriter {
  let at = 0

  /** False for a text that is not ASCII. */
  function writeAscii(text: string): boolean {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > 0x7f) return false
      buffer[at + index] = code
    }
    return true
  }

  return {
    get at() {
      return at
    },
    int8(value) {
      at = buffer.writeInt8(value, at)
    },
    int16(value) {
      at = buffer.writeInt16BE(value, at)
    },
    int32(value) {
      at = buffer.writeInt32BE(value, at)
    },
    int64(value) {
      const high = Math.floor(value / 0x1_00_00_00_00)
      at = buffer.writeInt32BE(high, at)
      at = buffer.writeUInt32BE(value - high * 0x1_00_00_00_00, at)
    },
    varint(value) {
      let left = ((value << 1) ^ (value >> 31)) >>> 0
      while (left > 0x7f) {
        buffer[at++] = (left & 0x7f) | 0x80
        left >>>= 7
      }
      buffer[at++] = left
    },
    bytes(value) {
      buffer.set(value, at)
      at += value.length
    },
    text(value, byteLength) {
      const isShort = byteLength === value.length && byteLength <= textLengthMax
      if (!(isShort && writeAscii(value))) buffer.write(value, at, 'utf8')
      at += byteLength
    },
  }
}

/** Bytes that `varint` writes. */
export function varintBytes(value: number): number {
  const left = ((value << 1) ^ (value >> 31)) >>> 0
  if (left < 0x80) return 1
  if (left < 0x40_00) return 2
  if (left < 0x20_00_00) return 3
  return left < 0x10_00_00_00 ? 4 : 5
}
