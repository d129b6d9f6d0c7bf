// Generated from schemas/ by `npm run generate`: do not edit.

/** An endpoint that asked not to be told any more (compacted). Key: tenant:endpoint. */
export type EndpointState = Readonly<{
  tenant: string
  /** Id of the endpoint in the configuration */
  endpoint: string
  /** SHA-256 of where it was, base64url, 22 characters: at another address it is told again */
  address: string
  at: number
  /** Stable code */
  reason: string
}>
