import type { LogRecord } from '@watchword/event-log'
import { isAfter, type Spot, sourceOf } from './source-header.ts'

/** Watermarks as plain data, by `<topic>/<partition>/<stage>/<source partition>`. */
export type WatermarkSnapshot = Readonly<Record<string, Spot>>

/**
 * The consumer rule: a stage may say the same thing again after a crash, and whoever reads it drops what is not
 * above the last thing taken from the same stage and source partition. Records without `ww-source` always pass.
 */
export interface Watermarks {
  /** True when the record was taken before. Changes nothing. */
  isRepeat(record: LogRecord): boolean
  /** Remembers the record as taken. */
  advance(record: LogRecord): void
  /** Both at once: false, and nothing is remembered, when the record was taken before. */
  take(record: LogRecord): boolean
  snapshot(): WatermarkSnapshot
}

/** Watermarks that go on from a snapshot, or from nothing. */
export function createWatermarks(from: WatermarkSnapshot = {}): Watermarks {
  const spots = new Map<string, Spot>(Object.entries(from))
  return {
    isRepeat(record) {
      const source = sourceOf(record.headers)
      if (source === undefined) return false
      const spot = spots.get(nameOf(record, source))
      return spot !== undefined && !isAfter(source, spot)
    },
    advance(record) {
      const source = sourceOf(record.headers)
      if (source === undefined) return
      const name = nameOf(record, source)
      const spot = spots.get(name)
      if (spot === undefined || isAfter(source, spot)) spots.set(name, { offset: source.offset, index: source.index })
    },
    take(record) {
      const source = sourceOf(record.headers)
      if (source === undefined) return true
      const name = nameOf(record, source)
      const spot = spots.get(name)
      if (spot !== undefined && !isAfter(source, spot)) return false
      spots.set(name, { offset: source.offset, index: source.index })
      return true
    },
    snapshot: () => Object.fromEntries(spots),
  }
}

/** Per partition read: what a stage spreads over several partitions is in order in each, not across them. */
function nameOf(record: LogRecord, source: { stage: string; partition: number }): string {
  return `${record.topic}/${record.partition}/${source.stage}/${source.partition}`
}
