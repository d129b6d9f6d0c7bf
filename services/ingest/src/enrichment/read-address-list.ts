import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { type AddressRange, parseNetwork } from '@watchword/policy'
import type { AddressListSource } from '../config.ts'
import { type AddressRanges, createAddressRanges } from './address-ranges.ts'

/** A list as read: networks or AS numbers, and what it was made of. */
export type AddressList = Readonly<{
  source: AddressListSource
  ranges: AddressRanges
  asns: ReadonlySet<number>
  /** The beginning of the SHA-256 of the text, and how many entries it has. */
  version: string
  malformedLines: number
}>

type Entry = { network: AddressRange } | { asn: number } | 'malformed' | 'nothing'

const linesPerTurn = 2_000
const readers: Readonly<Record<AddressListSource['format'], (line: string, index: number) => Entry>> = {
  'cidr-lines': readNetworkLine,
  'asn-csv': readAsnLine,
}

/** Reads the text of a list in slices, so that requests go on meanwhile. Malformed lines are counted. */
export async function readAddressList(source: AddressListSource, text: string): Promise<AddressList> {
  const networks: AddressRange[] = []
  const asns = new Set<number>()
  let malformedLines = 0
  const lines = text.split(/\r?\n/)
  for (const [index, line] of lines.entries()) {
    if (index % linesPerTurn === linesPerTurn - 1) await setImmediate()
    const entry = readers[source.format](line, index)
    if (entry === 'malformed') malformedLines += 1
    else if (entry !== 'nothing' && 'network' in entry) networks.push(entry.network)
    else if (entry !== 'nothing') asns.add(entry.asn)
  }
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  const version = `${digest}/${networks.length + asns.size}`
  return { source, ranges: createAddressRanges(networks), asns, version, malformedLines }
}

// Some lists go on after the address (a count, a comment).
function readNetworkLine(line: string): Entry {
  const [first = ''] = line.trim().split(/[\s,;#]/, 1)
  if (first === '') return 'nothing'
  const network = parseNetwork(first)
  return network === undefined ? 'malformed' : { network }
}

// Only the first field counts: what follows it is a name, which some files quote in ways of their own.
function readAsnLine(line: string, index: number): Entry {
  if (line.trim() === '' || line.startsWith('#')) return 'nothing'
  const match = /^\s*"?\s*(?:AS)?(\d{1,10})\s*"?\s*(?:,|$)/i.exec(line)
  const asn = Number(match?.[1] ?? Number.NaN)
  if (asn <= 4_294_967_295) return { asn }
  return index === 0 ? 'nothing' : 'malformed'
}
