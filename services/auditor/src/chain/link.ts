import { hash } from 'node:crypto'

/** Bytes of a link: SHA-256. */
export const linkBytes = 32

/** How a chain is named: one for each partition of each topic. */
export function chainName(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

/** What stands before the first record of a chain; its name is in it, so no chain can stand in the place of another. */
export function firstLink(topic: string, partition: number): Uint8Array {
  return hash('sha256', `watchword-audit-v1\n${topic}\n${partition}`, 'buffer')
}

/** The link of a record: SHA-256 over the link before it and the record's canonical bytes, which are given in one piece. */
export function linkOf(previousAndRecord: Uint8Array): Uint8Array {
  // As a text first: a buffer of its own for each takes twice as long to make, and the garbage collector longer to forget.
  return Buffer.from(hash('sha256', previousAndRecord, 'binary'), 'latin1')
}
