// Generated from schemas/ by `npm run generate`: do not edit.

/** A policy, immutable, found by its hash (compacted). Key: tenant:hash. */
export type PolicyRecord = Readonly<{
  tenant: string
  /** SHA-256 of the canonical document, base64url */
  hash: string
  /** Counts up per tenant */
  version: number
  effectiveFrom: number
  /** Canonical JSON */
  document: string
  /** Id of the key */
  by: string
}>
