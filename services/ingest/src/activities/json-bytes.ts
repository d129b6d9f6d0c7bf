/** How many bytes a value takes as JSON; undefined for one that nests deeper than it can be written. */
export function jsonBytes(value: unknown): number | undefined {
  try {
    return Buffer.byteLength(JSON.stringify(value))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return undefined
  }
}
