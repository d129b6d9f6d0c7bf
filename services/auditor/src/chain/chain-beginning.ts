import { firstLink, linkOf } from './link.ts'
import type { StoredRecord } from './row-reader.ts'
import type { Pin } from './verify-checkpoints.ts'

/** The first record of a chain whose beginning is gone, and what is known of it. */
export type ChainBeginning = Readonly<{
  topic: string
  partition: number
  offset: number
  /** The last checkpoint that signed a record before it; null where none did. */
  checkpoint: number | null
  /** Whether that checkpoint signed the record right before. If not, the link of this one is believed: its contents are not proven, those behind it are. */
  follows: boolean
}>

/** What has expired: all that was stored before a moment, epoch milliseconds. And when the last checkpoint was signed. */
export type Expiry = Readonly<{ before: number; signedUntil: number }>

/** How a chain begins: behind which link, undefined where the first record is believed, and which pins are about what is there. */
export type Begun = Readonly<{
  link: Uint8Array | undefined
  pins: readonly Pin[]
  beginning?: ChainBeginning
  /** The first place of a record that is gone and had not expired. */
  missing?: number
}>

/** Clocks differ, and it takes a moment from the look at the ends of the chains to the time in their checkpoint. */
const toleranceMs = 3_600_000

/** Whether the record stands behind the link. */
export function follows({ canonical, hash }: StoredRecord, link: Uint8Array): boolean {
  return linkOf(Buffer.concat([link, canonical])).every((byte, at) => byte === hash[at])
}

/** The beginning of a chain of which the oldest records may be gone: all of them that have expired, or any where no expiry is given. */
export function beginChain(record: StoredRecord, own: readonly Pin[], expiry: Expiry | undefined): Begun {
  const { topic, partition, offset } = record
  const first = firstLink(topic, partition)
  if (follows(record, first)) return { link: first, pins: own }
  // What was removed was signed, too.
  const lost = own.filter((pin) => pin.offset < offset)
  const pins = own.slice(lost.length)
  const before = lost.at(-1)
  const link = before === undefined ? undefined : Buffer.from(before.hash, 'hex')
  const isProven = link !== undefined && follows(record, link)
  const beginning = { topic, partition, offset, checkpoint: before?.checkpoint ?? null, follows: isProven }
  const begun = { link: isProven ? link : undefined, pins, beginning }
  if (expiry === undefined) return begun
  const missing = firstUnexpired(lost, expiry) ?? (isProven ? undefined : missingBetween(before, pins, expiry))
  return missing === undefined ? begun : { ...begun, missing }
}

/** The place of the first of the pins whose record cannot have expired. */
export function firstUnexpired(pins: readonly Pin[], { before }: Expiry): number | undefined {
  return pins.find(({ storedSince }) => storedSince > before + toleranceMs)?.offset
}

/** What is gone behind the last pin that is gone as well was signed by the next one, or is newer than every checkpoint. */
function missingBetween(before: Pin | undefined, [next]: readonly Pin[], expiry: Expiry): number | undefined {
  const storedSince = next?.storedSince ?? expiry.signedUntil
  return storedSince > expiry.before + toleranceMs ? (before?.offset ?? -1) + 1 : undefined
}
