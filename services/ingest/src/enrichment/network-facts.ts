import type { Network, NetworkKind } from '@watchword/contracts'
import { type Address, parseAddress, type PolicyVersion } from '@watchword/policy'
import { LRUCache } from 'lru-cache'
import type { SubmittedNetwork } from '../activities/activity-schema.ts'
import type { ListHits } from './address-lists.ts'
import { type GeoFacts, noGeoFacts } from './geo-facts.ts'

/** What the databases and the lists know of an address. */
export type NetworkLookUp = GeoFacts & ListHits

export type NetworkFactsDeps = Readonly<{
  geoOf: (ip: string) => GeoFacts
  /** Asked with an address, an AS number, or both. */
  listsOf: (address: Address | null, asn: number | null) => ListHits
}>

const nothingKnown: NetworkLookUp = { ...noGeoFacts, type: null, reputation: null, lists: [] }

type Known = Readonly<{ address: Address; facts: NetworkLookUp }>

export interface NetworkFacts {
  of(ip: string | null, given: SubmittedNetwork | undefined, policy: PolicyVersion, receivedAt: number): Network | null
  /** The data behind the look-ups changed: what is cached no longer holds. */
  forget(): void
}

const cachedMax = 50_000

/** Network facts of addresses; databases and lists are asked once for each public address. */
export function createNetworkFacts({ geoOf, listsOf }: NetworkFactsDeps): NetworkFacts {
  const cache = new LRUCache<string, Known>({ max: cachedMax })

  function known(ip: string): Known | undefined {
    const cached = cache.get(ip)
    if (cached !== undefined) return cached
    const address = parseAddress(ip)
    if (address === undefined) return undefined
    const made = { address, facts: address.kind === 'public' ? lookUp(address) : nothingKnown }
    cache.set(ip, made)
    return made
  }

  function lookUp(address: Address): NetworkLookUp {
    const geo = geoOf(address.text)
    return { ...geo, ...listsOf(address, geo.asn) }
  }

  // An AS number that only the app knows can be on a list too.
  function ofGiven(facts: NetworkLookUp, given: SubmittedNetwork): NetworkLookUp {
    if (given.asn === undefined || given.asn === facts.asn) return withGiven(facts, given)
    const hits = listsOf(null, given.asn)
    const lists = [...facts.lists, ...hits.lists]
    return withGiven({ ...facts, type: facts.type ?? hits.type, lists }, given)
  }

  return {
    of(ip, given, policy, receivedAt) {
      const found = ip === null ? undefined : known(ip)
      if (found === undefined && given === undefined) return null
      const facts = given === undefined ? (found?.facts ?? nothingKnown) : ofGiven(found?.facts ?? nothingKnown, given)
      const kind: NetworkKind = found?.address.kind ?? 'unknown'
      return {
        kind,
        address: found?.address.normal ?? null,
        prefix: found?.address.prefix ?? null,
        ...facts,
        trusted: found === undefined ? null : policy.trustedReason(found.address, receivedAt),
      }
    },
    forget: () => cache.clear(),
  }
}

// Coordinates belong together: those of the app with the accuracy of a database would be another place.
function withGiven(facts: NetworkLookUp, given: SubmittedNetwork): NetworkLookUp {
  const { latitude, longitude } = given
  const placed = latitude !== undefined && longitude !== undefined
  const country = given.country?.toUpperCase()
  // Another country than the database's: its region, city and coordinates are those of another place.
  const elsewhere = country !== undefined && facts.country !== null && facts.country !== country
  const base = elsewhere
    ? { ...nothingKnown, asn: facts.asn, type: facts.type, reputation: facts.reputation, lists: facts.lists }
    : facts
  return {
    country: country ?? base.country,
    region: given.region ?? base.region,
    city: given.city ?? base.city,
    ...(placed ? { latitude, longitude } : { latitude: base.latitude, longitude: base.longitude }),
    accuracyKm: given.accuracyKm ?? (placed ? null : base.accuracyKm),
    asn: given.asn ?? base.asn,
    type: given.type ?? base.type,
    reputation: given.reputation ?? base.reputation,
    lists: base.lists,
  }
}
