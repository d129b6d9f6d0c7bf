import { problem } from '@watchword/service-kit'

/** Where a page of the timeline ended: the place of its last row in the order of the table. */
export type TimelineCursor = Readonly<{ ms: string; topic: string; partition: number; offset: string }>

/** An opaque cursor; it is no secret, and only ever narrows the caller's own query. */
export function writeCursor(cursor: TimelineCursor): string {
  return Buffer.from(JSON.stringify([cursor.ms, cursor.topic, cursor.partition, cursor.offset])).toString('base64url')
}

/** Reads a cursor; throws `malformed` that names the parameter. */
export function readCursor(text: string): TimelineCursor {
  try {
    const [ms, topic, partition, offset] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    if (
      isDigits(ms) &&
      typeof topic === 'string' &&
      isCount(partition) &&
      typeof offset === 'string' &&
      /^\d{1,18}$/.test(offset)
    )
      return { ms, topic, partition, offset }
  } catch (cause) {
    throw badCursor(cause)
  }
  throw badCursor()
}

function isDigits(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,18}$/.test(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535
}

function badCursor(cause?: unknown) {
  return problem('malformed', { errors: [{ pointer: '/query/cursor', detail: 'is not a cursor of this list' }], cause })
}
