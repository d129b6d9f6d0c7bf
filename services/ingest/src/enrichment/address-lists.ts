import type { Address } from '@watchword/policy'
import type { Logger } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { AddressListSource } from '../config.ts'
import { type AddressList, readAddressList } from './read-address-list.ts'

export type AddressListsConfig = Readonly<{ sources: readonly AddressListSource[]; refreshEveryMs: number }>

export type AddressListsDeps = Readonly<{
  /** The text of a list; rejects when it cannot be had. */
  readText: (source: AddressListSource) => Promise<string>
  clock: Clock
  logger: Logger
  /** A list changed. */
  onChange: () => void
}>

/** What the lists say of an address. */
export type ListHits = Readonly<{ type: string | null; reputation: string | null; lists: readonly string[] }>

/** The operator's lists of addresses and AS numbers, read again while the service runs. */
export interface AddressLists {
  of(address: Address | null, asn: number | null): ListHits
  /** Names and versions, for the sources of an activity; undefined without any list. */
  version(): string | undefined
  /** Reads every list again; one that cannot be read stays as it was. */
  refresh(): Promise<void>
  stop(): void
}

// The most telling first: an exit of Tor is hosted somewhere too.
const typeOrder = ['tor', 'relay', 'vpn', 'hosting'] as const

/** Reads every list once and begins to read them again and again. */
export async function createAddressLists(config: AddressListsConfig, deps: AddressListsDeps): Promise<AddressLists> {
  const { readText, clock, logger, onChange } = deps
  const lists = new Map<string, AddressList>()
  let stopped = false
  let cancelTimer: (() => void) | undefined

  async function load(source: AddressListSource): Promise<void> {
    const { name } = source
    try {
      const list = await readAddressList(source, await readText(source))
      if (lists.get(name)?.version === list.version) return
      lists.set(name, list)
      const { version, malformedLines } = list
      logger.info({ list: name, version, malformedLines }, 'address list read')
      onChange()
    } catch (error) {
      logger.warn({ list: name, err: error, kept: lists.get(name)?.version ?? null }, 'address list not read')
    }
  }

  async function refresh(): Promise<void> {
    for (const source of config.sources) await load(source)
  }

  function schedule(): void {
    if (stopped || config.sources.length === 0) return
    cancelTimer = clock.after(config.refreshEveryMs, () => {
      void refresh().finally(schedule)
    })
  }

  await refresh()
  schedule()

  return {
    of(address, asn) {
      const hits = [...lists.values()].filter(
        ({ ranges, asns }) => (address !== null && ranges.has(address)) || (asn !== null && asns.has(asn)),
      )
      const kinds = new Set(hits.map(({ source }) => source.kind))
      const judged = [...lists.values()].some(({ source }) => source.kind === 'reputation')
      return {
        type: typeOrder.find((kind) => kinds.has(kind)) ?? null,
        reputation: kinds.has('reputation') ? 'bad' : judged ? 'ok' : null,
        lists: hits.map(({ source }) => source.name),
      }
    },
    version() {
      if (config.sources.length === 0) return undefined
      return config.sources.map(({ name }) => `${name}@${lists.get(name)?.version ?? 'none'}`).join(' ')
    },
    refresh,
    stop() {
      stopped = true
      cancelTimer?.()
    },
  }
}
