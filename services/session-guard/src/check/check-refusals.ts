import { problem } from '@watchword/service-kit'
import { lockJson } from '../http/lock-json.ts'
import { acrOfSecondFactor } from '../verification/mfa-token.ts'
import type { Standing } from '../view/user-standing.ts'

/** The refusal of whoever is locked, with what they can answer it by (RFC 9470). */
export function lockedOut(lock: NonNullable<Standing['lock']>): Error {
  const { id, challengeUri } = lockJson(lock)
  const parameters = {
    error: 'insufficient_user_authentication',
    acr_values: acrOfSecondFactor,
    max_age: String(Math.floor(lock.policy.windowMs / 1000)),
    lock_id: id,
    challenge_uri: challengeUri,
  }
  return problem('insufficient-user-authentication', {
    headers: { 'www-authenticate': `Bearer ${quoted(parameters)}` },
  })
}

/** The refusal of a session that has ended. */
export function sessionEnded(): Error {
  const parameters = { error: 'invalid_token', error_description: 'The session has ended' }
  return problem('invalid-credentials', { headers: { 'www-authenticate': `Bearer ${quoted(parameters)}` } })
}

function quoted(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}="${value.replaceAll(/[^\x20-\x7e]|["\\]/g, '')}"`)
    .join(', ')
}
