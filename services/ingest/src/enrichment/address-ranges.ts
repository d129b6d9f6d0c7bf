import type { Address, AddressRange } from '@watchword/policy'

/** A set of addresses; asks cost O(log n). */
export interface AddressRanges {
  has(address: Address): boolean
  /** Ranges after those that touch or overlap were joined. */
  readonly size: number
}

type Span = { first: bigint; last: bigint }

/** Sorts and joins the ranges. */
export function createAddressRanges(ranges: readonly AddressRange[]): AddressRanges {
  const v4 = joined(ranges.filter((range) => range.version === 4))
  const v6 = joined(ranges.filter((range) => range.version === 6))
  return {
    has: ({ version, bits }) => isWithin(version === 4 ? v4 : v6, bits),
    size: v4.length + v6.length,
  }
}

function joined(ranges: readonly AddressRange[]): readonly Span[] {
  const sorted = [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
  const spans: Span[] = []
  for (const { first, last } of sorted) {
    const previous = spans.at(-1)
    if (previous === undefined || first > previous.last + 1n) spans.push({ first, last })
    else if (last > previous.last) previous.last = last
  }
  return spans
}

function isWithin(spans: readonly Span[], bits: bigint): boolean {
  let low = 0
  let high = spans.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const span = spans[middle]
    if (span === undefined) return false
    if (bits < span.first) high = middle - 1
    else if (bits > span.last) low = middle + 1
    else return true
  }
  return false
}
