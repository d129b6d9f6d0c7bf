/** What one problem code always means: its HTTP status, its title and the headers that go with it. */
export type ProblemKind = {
  readonly status: number
  readonly title: string
  /** Sent as `Retry-After` unless the thrower gives its own. */
  readonly retryAfterSeconds?: number
  /** Sent as `WWW-Authenticate` unless the thrower gives its own (RFC 9110 asks for one on every 401). */
  readonly challenge?: string
  /** Sent as `Upgrade` (RFC 9110 asks for one on every 426). */
  readonly upgrade?: string
}

/** RFC 9470: any second factor, given now. */
const secondFactor = 'Bearer error="insufficient_user_authentication", acr_values="urn:watchword:acr:mfa", max_age="0"'

/** Every problem that a Watchword service answers with, by code; `docs/failure-modes.md` explains each. */
export const problemCatalogue = {
  malformed: { status: 400, title: 'The request could not be read' },
  'missing-credentials': { status: 401, title: 'Credentials are missing', challenge: 'Bearer' },
  'invalid-credentials': {
    status: 401,
    title: 'The credentials are not valid',
    challenge: 'Bearer error="invalid_token"',
  },
  'verification-failed': {
    status: 401,
    title: 'The verification failed',
    challenge: secondFactor,
  },
  'insufficient-user-authentication': {
    status: 401,
    title: 'A fresh second factor is required',
    challenge: secondFactor,
  },
  'insufficient-scope': {
    status: 403,
    title: 'The key has no scope for this',
    challenge: 'Bearer error="insufficient_scope"',
  },
  'wrong-tenant': { status: 403, title: 'The resource belongs to another tenant or app' },
  'origin-not-allowed': { status: 403, title: 'The origin is not on the list of the app' },
  'not-admitted': { status: 403, title: 'The connection is not admitted' },
  'self-approval': { status: 403, title: 'Nobody approves what they want to do themselves' },
  'not-an-approver': { status: 403, title: 'This user was not asked to approve it' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'The resource does not know this method' },
  'not-acceptable': { status: 406, title: 'None of the accepted media types can be produced' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'The request contradicts the present state' },
  locked: { status: 409, title: 'The user or session is locked' },
  'stale-challenge': { status: 409, title: 'The challenge is used, expired or overtaken' },
  'stale-version': { status: 409, title: 'The version named is not the present one' },
  'duplicate-factor': { status: 409, title: 'The factor is already enrolled' },
  'no-factor': { status: 409, title: 'The user has no factor that could answer' },
  'approval-pending': { status: 409, title: 'The action is not approved yet' },
  'approval-denied': { status: 409, title: 'An approver has refused the action' },
  'already-consumed': { status: 409, title: 'The authorization was used before' },
  'parameters-changed': { status: 409, title: 'This is not what was approved' },
  expired: { status: 410, title: 'The resource has expired' },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'expectation-failed': { status: 417, title: 'The expectation cannot be met' },
  invalid: { status: 422, title: 'The request is well-formed but not valid' },
  'secret-refused': { status: 422, title: 'The request holds what looks like a secret' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key belongs to another request' },
  'upgrade-required': { status: 426, title: 'The resource is a WebSocket', upgrade: 'websocket' },
  'too-many-requests': { status: 429, title: 'There were too many requests', retryAfterSeconds: 1 },
  'headers-too-large': { status: 431, title: 'The request headers are too large' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  'log-unavailable': { status: 503, title: 'The log cannot take the record now', retryAfterSeconds: 1 },
  'catching-up': { status: 503, title: 'This replica is still catching up', retryAfterSeconds: 1 },
  'store-unavailable': { status: 503, title: 'The reporting store cannot answer now', retryAfterSeconds: 2 },
  overloaded: { status: 503, title: 'The service has more work than it can take', retryAfterSeconds: 2 },
  'timed-out': { status: 503, title: 'The answer was not ready in time', retryAfterSeconds: 1 },
  unavailable: { status: 503, title: 'The service cannot answer now', retryAfterSeconds: 2 },
} as const satisfies Record<string, ProblemKind>

/** One of the codes of `problemCatalogue`. */
export type ProblemCode = keyof typeof problemCatalogue

/** All codes, in the order of the catalogue. */
export const problemCodes = Object.keys(problemCatalogue) as readonly ProblemCode[]
