import { type EntityKind, entityHash, ownerHash, type Sighting } from '@watchword/contracts'
import type { Profile } from '@watchword/risk-engine'

type Owner = Readonly<{ tenant: string; user: string }>

/** What was learned for the first time between two profiles of a user, for the entity stage. */
export function newSightings(
  before: Profile,
  after: Profile,
  { tenant, user }: Owner,
  at: number,
): readonly Sighting[] {
  const learned: readonly (readonly [EntityKind, readonly string[]])[] = [
    ['device', fresh(before.devices, after.devices)],
    ['fingerprint', fresh(before.fingerprints, after.fingerprints)],
    ['address', fresh(before.addresses, after.addresses)],
  ]
  // Most activities teach nothing new, and a hash is not for nothing.
  if (learned.every(([, values]) => values.length === 0)) return []
  const owner = ownerHash(tenant, user)
  return learned.flatMap(([kind, values]) =>
    values.map((value) => ({ tenant, kind, value: entityHash(tenant, kind, value), owner, at })),
  )
}

type Valued = Readonly<{ value: string }>

function fresh(before: readonly Valued[], after: readonly Valued[]): readonly string[] {
  if (before === after) return []
  return after.map(({ value }) => value).filter((value) => !before.some((known) => known.value === value))
}
