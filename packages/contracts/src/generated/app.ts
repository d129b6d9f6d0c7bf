// Generated from schemas/ by `npm run generate`: do not edit.

/** An application */
export type App = Readonly<{
  id: string
  name: null | string
  /** Exact web origins, for CORS and WebSockets */
  origins: readonly string[]
  rpId: null | string
  issuer: null | string
  /** How the names of users are read, the same in every app of a tenant: exact, case-preserved or case-mapped */
  userNames: string
}>

/** A credential of a backend; only a hash of the secret is kept */
export type ApiKey = Readonly<{
  id: string
  app: string
  scopes: readonly string[]
  /** SHA-256 of the secret, base64url */
  secretHash: string
  name: null | string
  revoked: boolean
}>

/** Apps and API keys of a tenant (compacted, internal). Key: tenant:app:id or tenant:key:id. */
export type AppRecord = Readonly<{
  tenant: string
  at: number
  body: Readonly<{ type: 'app'; data: App }> | Readonly<{ type: 'api-key'; data: ApiKey }>
}>
