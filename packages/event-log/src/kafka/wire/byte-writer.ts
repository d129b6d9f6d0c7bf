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
  /** The length of the UTF-8 as a varint, then the UTF-8. */
  text(value: string): void
}

/** Shorter texts are looked at and written here: the way to the runtime would cost more. Their length is a varint of one byte, if they are ASCII. */
const shortLength = 64

export function createByteWriter(buffer: Buffer): ByteWriter {
  let at = 0

  /** Leaves everything as it is for a text that is not ASCII. */
  function writeShort(text: string): boolean {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > 0x7f) return false
      buffer[at + 1 + index] = code
    }
    buffer[at] = text.length * 2
    at += 1 + text.length
    return true
  }

  function varint(value: number): void {
    let left = ((value << 1) ^ (value >> 31)) >>> 0
    while (left > 0x7f) {
      buffer[at++] = (left & 0x7f) | 0x80
      left >>>= 7
    }
    buffer[at++] = left
  }

  return {
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
    varint,
    bytes(value) {
      buffer.set(value, at)
      at += value.length
    },
    text(value) {
      if (value.length < shortLength && writeShort(value)) return
      varint(utf8Bytes(value))
      at += buffer.write(value, at, 'utf8')
    },
  }
}

/** Bytes of a text as UTF-8. */
export function utf8Bytes(text: string): number {
  if (text.length >= shortLength) return Buffer.byteLength(text)
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return Buffer.byteLength(text)
  return text.length
}

/** Bytes that `varint` writes. */
export function varintBytes(value: number): number {
  const left = ((value << 1) ^ (value >> 31)) >>> 0
  if (left < 0x80) return 1
  if (left < 0x40_00) return 2
  if (left < 0x20_00_00) return 3
  return left < 0x10_00_00_00 ? 4 : 5
}
