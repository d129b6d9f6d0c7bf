// Generated from schemas/ by `npm run generate`: do not edit.

export type FactorStatus = 'pending' | 'active'

/** One factor */
export type Factor = Readonly<{
  id: string
  kind: string
  status: FactorStatus
  name: null | string
  addedAt: number
  activatedAt: null | number
  lastStep: null | number
  sealed: null | string
  /** Whether a passkey says that its key is kept elsewhere, too (BS, WebAuthn Level 3) */
  backedUp: null | boolean
}>

/** A user's factors with their sealed secrets (compacted, internal). Key: tenant:user. */
export type FactorState = Readonly<{
  tenant: string
  /** The customer's own id of the person, NFC */
  user: string
  version: number
  factors: readonly Factor[]
}>
