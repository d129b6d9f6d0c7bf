import type avsc from 'avsc'

/** Where every value is encoded first: its length is known only then. */
let scratch = Buffer.allocUnsafe(8 * 1024)

/** The Avro bytes of a value behind so many bytes that the caller fills. Throws for a value that does not fit the type. */
export function encodeBehind(headBytes: number, type: avsc.Type, value: unknown): Buffer {
  let end = type.encode(value, scratch, headBytes)
  if (end < 0) {
    // So many bytes too short.
    scratch = Buffer.allocUnsafe(scratch.length - end)
    end = type.encode(value, scratch, headBytes)
  }
  const bytes = Buffer.allocUnsafe(end)
  scratch.copy(bytes, headBytes, headBytes, end)
  return bytes
}
