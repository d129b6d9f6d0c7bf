import { beginChain, type Begun, type ChainBeginning, type Expiry, firstUnexpired, follows } from './chain-beginning.ts'
import { chainName, firstLink } from './link.ts'
import type { StoredRecord } from './row-reader.ts'
import type { Pin } from './verify-checkpoints.ts'

/** Why a record is the first bad one of its chain. */
type ChainErrorCode =
  /** It does not follow the record before it: one of the two was changed, or something was taken out, put in or moved. */
  | 'record-does-not-follow'
  /** It stands at or before the place of the record before it. */
  | 'record-out-of-order'
  /** A checkpoint signed another link at this place, or at one that is not there any more. */
  | 'record-not-as-signed'
  /** Before the first record there were others that had not expired, as checkpoints say. */
  | 'records-missing-at-beginning'
  /** A checkpoint signed a record behind the last one that is there. */
  | 'records-missing-at-end'

/** The first bad record of a chain; where records are missing, the first place that should have one. */
export type ChainFault = Readonly<{ code: ChainErrorCode; topic: string; partition: number; offset: number }>

export type VerifiedChains = Readonly<{
  /** One a chain at most. */
  faults: readonly ChainFault[]
  records: number
  chains: number
  /** Where chains begin whose beginning is gone, as it may be. */
  beginnings: readonly ChainBeginning[]
}>

export type VerifyChainsOptions = Readonly<{
  pins: ReadonlyMap<string, readonly Pin[]>
  /**
   * Which records may be gone, all of them at the beginnings of chains: none (the default), any, or what has expired; the records are then those
   * that have not. The first record of a chain is believed where nothing says what stood before it.
   */
  removed?: 'any' | Expiry
}>

/** `next` is the pin that no record has been held against yet. */
type Walk = {
  readonly topic: string
  readonly partition: number
  readonly pins: readonly Pin[]
  next: number
  /** Undefined before a first record that is believed. */
  link: Uint8Array | undefined
  offset: number
  isBad: boolean
}

/**
 * Makes every link again, records in the order of their chains (topic, partition, offset). A record is good when it follows the one before it
 * and is what the checkpoints say; of each chain the first that is not is named.
 */
export async function verifyChains(
  records: AsyncIterable<StoredRecord> | Iterable<StoredRecord>,
  { pins, removed }: VerifyChainsOptions,
): Promise<VerifiedChains> {
  const faults: ChainFault[] = []
  const beginnings: ChainBeginning[] = []
  const unseen = new Map(pins)
  let count = 0
  let chains = 0
  let walk: Walk | undefined

  function blame(code: ChainErrorCode, { topic, partition, offset }: Omit<ChainFault, 'code'>): void {
    if (walk !== undefined && walk.isBad) return
    if (walk !== undefined) walk.isBad = true
    faults.push({ code, topic, partition, offset })
  }

  function begin(record: StoredRecord): Walk {
    const { topic, partition } = record
    const name = chainName(topic, partition)
    const own = unseen.get(name) ?? []
    unseen.delete(name)
    chains += 1
    const begun: Begun =
      removed === undefined
        ? { link: firstLink(topic, partition), pins: own }
        : beginChain(record, own, removed === 'any' ? undefined : removed)
    if (begun.beginning !== undefined) beginnings.push(begun.beginning)
    if (begun.missing !== undefined)
      faults.push({ code: 'records-missing-at-beginning', topic, partition, offset: begun.missing })
    return {
      topic,
      partition,
      pins: begun.pins,
      next: 0,
      link: begun.link,
      offset: -1,
      isBad: begun.missing !== undefined,
    }
  }

  function end(): void {
    if (walk !== undefined && walk.next < walk.pins.length)
      blame('records-missing-at-end', { topic: walk.topic, partition: walk.partition, offset: walk.offset + 1 })
  }

  /** Holds the record against what was signed at its place or, since the record before it, between the two. */
  function comparePins(of: Walk, record: StoredRecord): void {
    for (let pin = of.pins[of.next]; pin !== undefined && pin.offset <= record.offset; pin = of.pins[of.next]) {
      of.next += 1
      if (pin.offset < record.offset || pin.hash !== record.hash.toString('hex')) blame('record-not-as-signed', record)
    }
  }

  for await (const record of records) {
    count += 1
    if (walk === undefined || walk.topic !== record.topic || walk.partition !== record.partition) {
      end()
      walk = begin(record)
    }
    if (record.offset <= walk.offset) blame('record-out-of-order', record)
    else if (walk.link !== undefined && !follows(record, walk.link)) blame('record-does-not-follow', record)
    comparePins(walk, record)
    walk.link = record.hash
    walk.offset = record.offset
  }
  end()
  walk = undefined
  for (const [name, own] of unseen) {
    const slash = name.lastIndexOf('/')
    const chain = { topic: name.slice(0, slash), partition: Number(name.slice(slash + 1)) }
    const missing = typeof removed === 'object' ? firstUnexpired(own, removed) : 0
    if (missing !== undefined) blame('records-missing-at-end', { ...chain, offset: missing })
  }
  return { faults, records: count, chains, beginnings }
}
