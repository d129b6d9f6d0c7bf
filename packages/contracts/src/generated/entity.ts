// Generated from schemas/ by `npm run generate`: do not edit.

export type EntityKind = 'device' | 'fingerprint' | 'address'

/** What is known of a device, fingerprint or address over all users (compacted, internal). Key: tenant:kind:value hash. */
export type Entity = Readonly<{
  tenant: string
  kind: EntityKind
  value: string
  firstOwner: string
  /** A second user was seen */
  shared: boolean
  version: number
  at: number
}>
