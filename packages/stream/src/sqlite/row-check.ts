import { crc32 } from 'node:zlib'

/** Checksum of a row: SQLite keeps none, and a flipped bit must not pass for a state. */
export function rowCheck(partition: number, key: string, value: Uint8Array): number {
  return crc32(value, crc32(`${partition}/${key}`))
}

/** How many rows a partition has, and the sum of their checksums. */
export type RowTotals = Readonly<{ rowCount: number; rowSum: number }>

/** Checksum of what is said about a partition. */
export function positionCheck(partition: number, { rowCount, rowSum }: RowTotals, position: string): number {
  return crc32(`${partition}/${rowCount}/${rowSum}/${position}`)
}
