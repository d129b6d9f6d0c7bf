import type { EncodedInsert } from '@watchword/clickhouse'

/**
 * The columns whose RowBinary, in this order, is the canonical form of a record: what its link is made of. Integers are little-endian, `at` is
 * milliseconds in 64 bits, texts are UTF-8 behind their length (LEB128).
 */
export const canonicalColumns = [
  'topic',
  'partition',
  'offset',
  'at',
  'tenant',
  'user',
  'app',
  'session',
  'type',
  'id',
  'body',
  'source_stage',
  'source_partition',
  'source_offset',
  'source_index',
] as const

/** How records go into their table: the link, the canonical form, the time of the insert, and when the log took the record. */
export const recordInsert: EncodedInsert = {
  table: 'records',
  columns: ['hash', ...canonicalColumns, 'stored', 'appended'],
  format: 'RowBinary',
}
