import type { Codecs } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { isAgain, nextTurn, type Watermarks, type WatermarkSnapshot } from '@watchword/stream'
import { auditRow } from './audit-row.ts'
import { auditToken } from './audit-token.ts'
import type { ChainHead, ChainHeads } from './chain/chain-heads.ts'
import type { PutAside } from './refusals.ts'
import { refusedRow } from './refused-row.ts'
import { createRowWriter, type RowWriter } from './row-writer.ts'

/** Records as they go to the database, encoded for `recordInsert`; no chunks when every record was a repeat. */
export type AuditBatch = Readonly<{
  chunks: readonly Uint8Array[]
  rows: number
  repeats: number
  token: string
  /** In every row of it, and in no other batch; epoch milliseconds. */
  storedAt: number
  /** Where the chains end when it is stored. */
  heads: readonly ChainHead[]
  /** Those of the consumer rule when it is stored. */
  watermarks: WatermarkSnapshot
}>

/** A batch is made in about this many turns of the event loop, so that a large one takes more in each and is not late for ever. */
const turnsOfBatch = 128
/** Half a millisecond at most, where less would be mostly turns. */
const recordsPerTurnMin = 8
/** A millisecond or two: long records take as long as many short ones. */
const bytesPerTurnMin = 64 * 1024
/** Rows of a turn, mostly; more is made where it does not do. */
const writerBytes = 256 * 1024

export type AuditBatchDeps = Readonly<{
  codecs: Codecs
  watermarks: Watermarks
  /** Where each chain ends; goes on with the rows. */
  heads: ChainHeads
  /** When the batch is stored, epoch milliseconds; later than any before it. */
  storedAt: number
  /** Those of the records written again that need not be stored again. */
  stored: ReadonlySet<LogRecord>
  /** How a record is put aside whose row the database refuses. */
  asideOf: (record: LogRecord) => PutAside | undefined
}>

/** Makes the rows of the records, a few at a time: nobody waits for the audit, and everybody who does not shares its event loop. */
export async function makeAuditBatch(records: readonly LogRecord[], deps: AuditBatchDeps): Promise<AuditBatch> {
  const chunks: Uint8Array[] = []
  const kept: LogRecord[] = []
  const writer = createRowWriter(writerBytes)
  for (const part of partsOf(records)) {
    const fresh = part.filter((record) => takeOnce(record, deps))
    kept.push(...fresh)
    // Bytes at once: rows that wait as objects are what the garbage collector is slow with.
    if (fresh.length > 0) chunks.push(encode(fresh, writer, deps))
    await nextTurn()
  }
  return {
    chunks,
    rows: kept.length,
    repeats: records.length - kept.length,
    token: auditToken(kept),
    storedAt: deps.storedAt,
    heads: deps.heads.all(),
    watermarks: deps.watermarks.snapshot(),
  }
}

function encode(
  records: readonly LogRecord[],
  writer: RowWriter,
  { codecs, heads, storedAt, asideOf }: AuditBatchDeps,
): Uint8Array {
  for (const record of records) {
    const { topic, partition, offset } = record
    const times = { stored: storedAt, appended: Math.max(0, record.timestamp) }
    const aside = asideOf(record)
    const own = auditRow(record, codecs)
    const row = aside === undefined ? own : refusedRow(own, record, aside)
    const link = writer.add(row, heads.linkBefore(topic, partition), times)
    heads.advance({ topic, partition, offset, link })
  }
  return writer.take()
}

/** What is made in one turn each. */
function* partsOf(records: readonly LogRecord[]): Generator<readonly LogRecord[], undefined> {
  const recordsMax = Math.max(recordsPerTurnMin, Math.ceil(records.length / turnsOfBatch))
  const bytesMax = Math.max(bytesPerTurnMin, bytesOf(records) / turnsOfBatch)
  let part: LogRecord[] = []
  let left = bytesMax
  for (const record of records) {
    part.push(record)
    left -= lengthOf(record)
    if (part.length < recordsMax && left > 0) continue
    yield part
    part = []
    left = bytesMax
  }
  if (part.length > 0) yield part
  return undefined
}

function bytesOf(records: readonly LogRecord[]): number {
  return records.reduce((sum, record) => sum + lengthOf(record), 0)
}

function lengthOf({ value }: LogRecord): number {
  return value?.length ?? 0
}

function takeOnce(record: LogRecord, { watermarks, stored }: AuditBatchDeps): boolean {
  if (!isAgain(record)) return watermarks.take(record)
  if (stored.has(record)) return false
  watermarks.advance(record)
  return true
}
