import { chainName, firstLink, linkOf } from './link.ts'
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
  /** A checkpoint signed a record behind the last one that is there. */
  | 'records-missing-at-end'

/** The first bad record of a chain; where records are missing, the first place that should have one. */
export type ChainFault = Readonly<{ code: ChainErrorCode; topic: string; partition: number; offset: number }>

export type VerifiedChains = Readonly<{
  /** One a chain at most. */
  faults: readonly ChainFault[]
  records: number
  chains: number
}>

export type VerifyChainsOptions = Readonly<{
  pins: ReadonlyMap<string, readonly Pin[]>
  /** Whether the beginnings of chains were removed on purpose: the first record of each is then believed. Default false. */
  trimmed?: boolean
}>

/** `next` is the pin that no record has been held against yet. */
type Walk = {
  readonly topic: string
  readonly partition: number
  readonly pins: readonly Pin[]
  next: number
  link: Uint8Array
  offset: number
  isBad: boolean
}

/**
 * Makes every link again, records in the order of their chains (topic, partition, offset). A record is good when it follows the one before it
 * and is what the checkpoints say; of each chain the first that is not is named.
 */
export async function verifyChains(
  records: AsyncIterable<StoredRecord> | Iterable<StoredRecord>,
  { pins, trimmed = false }: VerifyChainsOptions,
): Promise<VerifiedChains> {
  const faults: ChainFault[] = []
  const unseen = new Map(pins)
  let count = 0
  let chains = 0
  let walk: Walk | undefined

  function blame(code: ChainErrorCode, { topic, partition, offset }: Omit<ChainFault, 'code'>): void {
    if (walk !== undefined && walk.isBad) return
    if (walk !== undefined) walk.isBad = true
    faults.push({ code, topic, partition, offset })
  }

  function begin({ topic, partition, hash, offset }: StoredRecord): Walk {
    const name = chainName(topic, partition)
    const own = unseen.get(name) ?? []
    unseen.delete(name)
    chains += 1
    // What was removed on purpose was signed, too.
    const left = trimmed ? own.filter((pin) => pin.offset >= offset) : own
    const link = trimmed ? hash : firstLink(topic, partition)
    return { topic, partition, pins: left, next: 0, link, offset: -1, isBad: false }
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
    const isBelieved = trimmed && walk.offset === -1
    if (record.offset <= walk.offset) blame('record-out-of-order', record)
    else if (
      !isBelieved &&
      !linkOf(Buffer.concat([walk.link, record.canonical])).every((byte, at) => byte === record.hash[at])
    )
      blame('record-does-not-follow', record)
    comparePins(walk, record)
    walk.link = record.hash
    walk.offset = record.offset
  }
  end()
  walk = undefined
  for (const [name, [pin]] of unseen) {
    const slash = name.lastIndexOf('/')
    if (pin !== undefined)
      blame('records-missing-at-end', {
        topic: name.slice(0, slash),
        partition: Number(name.slice(slash + 1)),
        offset: 0,
      })
  }
  return { faults, records: count, chains }
}
