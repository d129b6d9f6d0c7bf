import type { Lock } from '@watchword/frames'
import { classAskedBy } from './context-class.ts'
import type { Status } from './status.ts'
import type { Problem } from './watchword-error.ts'

/** An answer in place of the app's: status, headers and an RFC 9457 body. */
export type Refusal = {
  readonly status: 401 | 403 | 503
  readonly headers: Readonly<Record<string, string>>
  readonly body: Problem
}

/** The answer to someone locked, ended or not verified: 401 with an RFC 9470 challenge; `maxAgeSeconds` 0 asks for a factor now. */
export const refuseUnverified = (
  status: Pick<Status, 'sessionState' | 'lock'>,
  acrValues: string,
  maxAgeSeconds = 0,
): Refusal => {
  const ended = status.sessionState === 'ended'
  const code = ended ? 'session-ended' : 'insufficient-user-authentication'
  const title = ended ? 'The session has ended' : 'A fresh second factor is required'
  const detail = (ended ? undefined : status.lock?.reasonUser['en']) ?? title
  const parameters: (readonly [string, string])[] = ended
    ? [
        ['error', 'invalid_token'],
        ['error_description', detail],
      ]
    : [
        ['error', 'insufficient_user_authentication'],
        ['error_description', detail],
        ['acr_values', acrValues],
        ['max_age', String(maxAgeSeconds)],
        ...lockParameters(status.lock),
      ]
  return {
    status: 401,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'www-authenticate': `Bearer ${written(parameters)}`,
    },
    body: {
      type: `/problems/${code}`,
      title,
      status: 401,
      code,
      detail,
      ...(ended || status.lock === undefined ? {} : { lock: status.lock }),
    },
  }
}

const unauthorizedTitles = {
  'authorization-required': 'This action needs an approval',
  'approval-pending': 'This action waits for its approval',
  'approval-denied': 'The approval of this action was refused',
  'already-consumed': 'The approval of this action was used before',
  expired: 'The approval of this action has expired',
  'parameters-changed': 'Another action was approved than this one',
  'not-found': 'There is no such approval',
  'missing-credentials': 'Nobody is signed in',
  'insufficient-user-authentication': 'A fresh second factor is required',
} as const

/** The answer to an action without its approval: 401 where the person can do something about it, 403 where this request is over. */
export const refuseUnauthorized = (
  code: keyof typeof unauthorizedTitles,
  authorization?: { readonly id: string; readonly parametersHash?: string },
): Refusal => {
  const title = unauthorizedTitles[code]
  const waits = authorization !== undefined
  const status = waits || code === 'missing-credentials' || code === 'insufficient-user-authentication' ? 401 : 403
  const error = code === 'missing-credentials' ? undefined : 'insufficient_user_authentication'
  const parameters: (readonly [string, string])[] = [
    ...(error === undefined
      ? []
      : ([
          ['error', error],
          ['error_description', title],
          ['acr_values', classAskedBy([])],
          ['max_age', '0'],
        ] as const)),
    ...(waits ? [['authorization_id', encodeUnquotable(authorization.id)] as const] : []),
  ]
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': `Bearer ${written(parameters)}`.trim() } : {}),
      ...(code === 'approval-pending' ? { 'retry-after': '1' } : {}),
    },
    body: { type: `/problems/${code}`, title, status, code, ...(waits ? { authorization } : {}) },
  }
}

/** The answer where the status is unknown and the route is closed to that. */
export const refuseUnknown = (): Refusal => ({
  status: 503,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'retry-after': '1' },
  body: {
    type: '/problems/unavailable',
    title: 'The service cannot answer now',
    status: 503,
    code: 'unavailable',
    detail: 'Whether this session is verified is not known at the moment.',
  },
})

const written = (parameters: readonly (readonly [string, string])[]): string =>
  parameters.map(([name, value]) => `${name}="${quotable(value)}"`).join(', ')

const lockParameters = (lock: Lock | undefined): (readonly [string, string])[] => {
  if (lock === undefined) return []
  const uri = safeUri(lock.challengeUri)
  return [['lock_id', encodeUnquotable(lock.id)], ...(uri === undefined ? [] : [['challenge_uri', uri] as const])]
}

// RFC 6750, 3: %x20-21 / %x23-5B / %x5D-7E, so neither quote nor backslash nor anything that could end the header.
const unquotable = /[^\x20\x21\x23-\x5b\x5d-\x7e]/gu
const quotable = (value: string): string => value.replace(unquotable, '?').slice(0, 1_024)
const encodeUnquotable = (value: string): string => value.toWellFormed().replace(unquotable, encodeURIComponent)

/** An http(s) address or a path on the same host; anything else would run in the person's browser. */
const safeUri = (uri: string): string | undefined => {
  const encoded = encodeUnquotable(uri)
  if (encoded.length > 1_024) return undefined
  return /^https?:\/\//i.test(encoded) || /^\/(?!\/)/.test(encoded) ? encoded : undefined
}
