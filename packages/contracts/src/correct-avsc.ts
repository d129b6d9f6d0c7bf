import avsc from 'avsc'

type Tap = {
  readonly buf: Uint8Array
  pos: number
  readLong: () => number
  skipLong: () => void
  readString: () => string
  skipString: () => void
}
type Part = Readonly<{ _read: (tap: Tap) => unknown; _skip: (tap: Tap) => void }>
type ArrayPart = Readonly<{ itemsType: Part }>
type MapPart = Readonly<{ valuesType: Part }>

const corrected = Symbol('corrected')

/**
 * Corrects a fault of avsc 5.7.9: it believes the count in front of the items of an array or a map, and reads on beyond the end of the
 * bytes, which it notices only when all is read. Twenty bytes that say a thousand million items make it fill the memory of the process.
 * Here a count that is larger than the bytes left is an error (no item of ours takes none), and so is the first item beyond the end.
 * Process-wide, done once.
 */
export function correctAvsc(): void {
  const arrays = avsc.types.ArrayType.prototype as unknown as Record<PropertyKey, unknown>
  const maps = avsc.types.MapType.prototype as unknown as Record<PropertyKey, unknown>
  if (arrays[corrected] === true) return
  for (const prototype of [arrays, maps])
    if (typeof prototype['_read'] !== 'function' || typeof prototype['_skip'] !== 'function')
      throw new TypeError('avsc is not as it was read: it is not version 5.7.9')
  arrays['_read'] = readArray
  arrays['_skip'] = skipArray
  maps['_read'] = readMap
  maps['_skip'] = skipMap
  arrays[corrected] = true
}

function readArray(this: ArrayPart, tap: Tap): unknown {
  const items: unknown[] = []
  for (let left = countAt(tap); left > 0; left = countAt(tap))
    for (; left > 0; left -= 1) {
      items.push(this.itemsType._read(tap))
      assertWithin(tap)
    }
  return items
}

function skipArray(this: ArrayPart, tap: Tap): void {
  for (let left = countAt(tap); left > 0; left = countAt(tap))
    for (; left > 0; left -= 1) {
      this.itemsType._skip(tap)
      assertWithin(tap)
    }
}

function readMap(this: MapPart, tap: Tap): unknown {
  const values: Record<string, unknown> = {}
  for (let left = countAt(tap); left > 0; left = countAt(tap))
    for (; left > 0; left -= 1) {
      const key = tap.readString()
      values[key] = this.valuesType._read(tap)
      assertWithin(tap)
    }
  return values
}

function skipMap(this: MapPart, tap: Tap): void {
  for (let left = countAt(tap); left > 0; left = countAt(tap))
    for (; left > 0; left -= 1) {
      tap.skipString()
      this.valuesType._skip(tap)
      assertWithin(tap)
    }
}

/** How many items come next; 0 at the end. A negative count is followed by the size of the block in bytes, which nobody needs. */
function countAt(tap: Tap): number {
  const count = tap.readLong()
  if (count < 0) tap.skipLong()
  assertWithin(tap)
  if (Math.abs(count) > tap.buf.length - tap.pos) throw new RangeError('more items than bytes')
  return Math.abs(count)
}

function assertWithin(tap: Tap): void {
  if (tap.pos > tap.buf.length) throw new RangeError('the bytes end within an array or a map')
}
