// Generated from schemas/ by `npm run generate`: do not edit.

export type EntityKind = 'device' | 'fingerprint' | 'address'

/** Somebody was seen with a device, fingerprint or address, and it was learned (internal). Key: tenant:kind:value hash. */
export type Sighting = Readonly<{
  tenant: string
  kind: EntityKind
  /** SHA-256 of tenant, kind and value, base64url, 22 characters */
  value: string
  /** SHA-256 of tenant and user, base64url, 22 characters */
  owner: string
  at: number
}>
