import { readCursor } from '@watchword/service-kit'
import { Type } from 'typebox'
import { type Sql, sql } from './sql.ts'

/** Where a record stands in a list of them; numbers beyond 2^53 are text. */
export type RecordPlace = Readonly<{ ms: string; topic: string; partition: number; offset: string }>

const cursorSchema = Type.Tuple([
  Type.String({ pattern: '^[0-9]{1,15}$' }),
  Type.String({ maxLength: 100 }),
  Type.Integer({ minimum: 0, maximum: 65_535 }),
  Type.String({ pattern: '^[0-9]{1,18}$' }),
])

/** The columns of a RecordPlace. */
export const placeColumns: Sql = sql`toString(toUnixTimestamp64Milli(at)) AS ms, topic, partition, toString(records.offset) AS offset`

export const newestFirst: Sql = sql`at DESC, topic DESC, partition DESC, records.offset DESC`

export const cursorOfRecord = ({ ms, topic, partition, offset }: RecordPlace): readonly unknown[] => [
  ms,
  topic,
  partition,
  offset,
]

const older = sql`(at, topic, partition, records.offset) <
  (fromUnixTimestamp64Milli({lastMs:Int64}, 'UTC'), {lastTopic:String}, {lastPartition:UInt16}, {lastOffset:UInt64})`

/** The records after the cursor, the newest first; all without one. Throws `malformed`. */
export function olderThan(
  cursor: string | undefined,
): Readonly<{ where: readonly Sql[]; parameters: Readonly<Record<string, unknown>> }> {
  if (cursor === undefined) return { where: [], parameters: {} }
  const [lastMs, lastTopic, lastPartition, lastOffset] = readCursor(cursorSchema, cursor)
  return { where: [older], parameters: { lastMs, lastTopic, lastPartition, lastOffset } }
}
