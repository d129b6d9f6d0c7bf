const slabBytes = 8 * 1024

/**
 * Copies values for keeps, small ones side by side in slabs: one allocation for many records, and small enough that one record
 * kept does not hold much else in memory.
 */
export function createValueCopies(): (value: Uint8Array) => Uint8Array {
  let slab = new Uint8Array()
  let used = 0
  return (value) => {
    if (value.length > slabBytes / 4) return new Uint8Array(value)
    if (used + value.length > slab.length) {
      slab = new Uint8Array(slabBytes)
      used = 0
    }
    const copy = slab.subarray(used, used + value.length)
    copy.set(value)
    used += value.length
    return copy
  }
}
