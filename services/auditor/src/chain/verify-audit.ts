import type { Clickhouse } from '@watchword/clickhouse'
import { recordInsert } from '../record-columns.ts'
import type { ChainBeginning } from './chain-beginning.ts'
import type { PublicJwk } from './checkpoint.ts'
import { readRows, type StoredRecord } from './row-reader.ts'
import { type ChainFault, verifyChains } from './verify-chains.ts'
import { type CheckpointFault, verifyCheckpoints } from './verify-checkpoints.ts'

export type VerifyAuditOptions = Readonly<{
  /** Checkpoints from where whoever can write to the database cannot change them; those of the database are read as well. */
  checkpoints: readonly string[]
  /** Whose signatures are believed. */
  keys: readonly PublicJwk[]
  /** Which records may be gone, all of them the oldest: none (the default), any, or those that were stored before a moment, epoch milliseconds. Of these, what is still there is not looked at. */
  removed?: 'any' | Readonly<{ before: number }>
}>

export type AuditVerdict = Readonly<{
  records: number
  chains: number
  checkpoints: number
  /** Where chains begin of which the oldest records are gone, as they may be. */
  beginnings: readonly ChainBeginning[]
  faults: readonly ChainFault[]
  /** Records of more than five minutes ago without a single checkpoint, where one is signed each minute: whoever can write to the database may have made all of them. */
  unsigned: boolean
  checkpointFaults: readonly CheckpointFault[]
}>

/** Reads every stored record that has not expired, and holds all of them against their chains and the checkpoints. */
export async function verifyAudit(client: Clickhouse, options: VerifyAuditOptions): Promise<AuditVerdict> {
  const { removed } = options
  const stored = await client.rows<{ text: string }>('SELECT text FROM checkpoints ORDER BY number')
  const signed = verifyCheckpoints([...options.checkpoints, ...stored.map(({ text }) => text)], options.keys)
  const { pins, signedUntil } = signed
  const expiry = typeof removed === 'object' ? { ...removed, signedUntil } : removed
  const { faults, ...found } = await verifyChains(
    storedRecords(client, typeof removed === 'object' ? removed.before : 0),
    expiry === undefined ? { pins } : { pins, removed: expiry },
  )
  const unsigned = signed.count === 0 && (await hasOldRecords(client))
  return { ...found, checkpoints: signed.count, faults, unsigned, checkpointFaults: signed.faults }
}

async function hasOldRecords(client: Clickhouse): Promise<boolean> {
  const rows = await client.rows('SELECT 1 FROM records WHERE at < now64(3) - INTERVAL 5 MINUTE LIMIT 1')
  return rows.length > 0
}

/** Those that were stored since, in the order of their chains, one chain at a time: the database sorts no more than that. */
async function* storedRecords(client: Clickhouse, since: number): AsyncGenerator<StoredRecord, void> {
  const isKept = "stored >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')"
  const chains = await client.rows<{ topic: string; partition: number }>(
    `SELECT topic, partition FROM records WHERE ${isKept} GROUP BY topic, partition ORDER BY topic, partition`,
    { parameters: { since } },
  )
  for (const chain of chains)
    yield* readRows(
      client.bytes(
        `SELECT ${recordInsert.columns.join(', ')} FROM records
         WHERE topic = {topic:String} AND partition = {partition:UInt16} AND ${isKept}
         ORDER BY offset FORMAT ${recordInsert.format}`,
        { parameters: { ...chain, since }, settings: { max_bytes_before_external_sort: '268435456' } },
      ),
    )
}
