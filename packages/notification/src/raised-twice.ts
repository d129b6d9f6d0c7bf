/** Knows a notification that a partition holds twice. */
export interface RaisedTwice {
  /** Takes the ids of a partition in its order; true for one that stands there before, or that is older than one of its stage that does. */
  has(id: string): boolean
}

/**
 * A stage raises notifications in the order of its input, whose offset is the end of their ids (`n-<stage>-<partition>-<offset>`). What comes at or below the
 * highest was said by a process that no longer had the partition, or before a save that did not come about: it was raised before. Other ids are of no stage, and made once.
 */
export function createRaisedTwice(): RaisedTwice {
  const highest = new Map<string, number>()
  return {
    has(id) {
      const { source, offset } = /^(?<source>n-[a-z]-\d+)-(?<offset>\d+)$/.exec(id)?.groups ?? {}
      if (source === undefined || offset === undefined) return false
      const at = Number(offset)
      if (at <= (highest.get(source) ?? -1)) return true
      highest.set(source, at)
      return false
    },
  }
}
