import type { Headers } from '@watchword/event-log'

/** `<stage>/<input partition>/<input offset>/<index>` of a stage's output. */
export const sourceHeader = 'ww-source'
/** `1` on the last output of an input. */
export const lastHeader = 'ww-last'
/** All outputs of the inputs below this offset were acknowledged when the record was sent. */
export const settledHeader = 'ww-settled'
/** `1` on a record of a compacted topic that was written again as it was, because an older version had come after it. */
export const againHeader = 'ww-again'

/** Which input of which stage an output comes from; `index` counts the outputs of one input. */
export type Source = Readonly<{ stage: string; partition: number; offset: number; index: number }>

export function formatSource(source: Source): string {
  return `${source.stage}/${source.partition}/${source.offset}/${source.index}`
}

const pattern = /^([a-z0-9-]+)\/(\d{1,15})\/(\d{1,15})\/(\d{1,15})$/

/** The source of a record; undefined when it has none, or not one of ours. */
export function sourceOf(headers: Headers): Source | undefined {
  const text = headers[sourceHeader]
  if (text === undefined) return undefined
  const found = pattern.exec(text)
  if (found === null) return undefined
  const [, stage = '', partition, offset, index] = found
  return { stage, partition: Number(partition), offset: Number(offset), index: Number(index) }
}

/** True for a record of a compacted topic that was written again as it was. */
export function isAgain({ headers }: Readonly<{ headers: Headers }>): boolean {
  return headers[againHeader] !== undefined
}

/** Reads a header that holds an offset; undefined when it is absent or no number. */
export function offsetHeader(headers: Headers, name: string): number | undefined {
  const text = headers[name]
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** True when `a` was said after `b` by the same stage and source partition. */
export function isAfter(a: Spot, b: Spot): boolean {
  return a.offset > b.offset || (a.offset === b.offset && a.index > b.index)
}

/** A place in what a stage has said for one input partition. */
export type Spot = Readonly<{ offset: number; index: number }>
