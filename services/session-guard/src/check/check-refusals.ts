import { problem } from '@watchword/service-kit'
import { classAskedBy, factorKinds } from '@watchword/session-lock'
import { quoted } from './challenge-parameters.ts'
import { lockJson } from '../http/lock-json.ts'
import type { StepUpRule } from './step-up.ts'
import type { Standing } from '../view/user-standing.ts'

/** The refusal of whoever is locked, with what they can answer it by (RFC 9470). */
export function lockedOut(lock: NonNullable<Standing['lock']>): Error {
  const { id, challengeUri } = lockJson(lock)
  return moreAsked({
    acr_values: classAskedBy(factorKinds.filter((kind) => lock.factors.includes(kind))),
    // Whatever was given before the lock does not open it: a factor is asked for now.
    max_age: '0',
    lock_id: id,
    challenge_uri: challengeUri,
  })
}

/** The refusal of whoever has not proven what a rule asks for. */
export function stepUpAsked({ acr, maxAgeMs }: StepUpRule): Error {
  const maxAge = maxAgeMs === undefined ? {} : { max_age: String(Math.floor(maxAgeMs / 1000)) }
  return moreAsked({ acr_values: acr.join(' '), ...maxAge })
}

function moreAsked(parameters: Readonly<Record<string, string>>): Error {
  const challenge = { error: 'insufficient_user_authentication', ...parameters }
  return problem('insufficient-user-authentication', {
    headers: { 'www-authenticate': `Bearer ${quoted(challenge)}` },
  })
}

/** The refusal of a session that has ended. */
export function sessionEnded(): Error {
  const parameters = { error: 'invalid_token', error_description: 'The session has ended' }
  return problem('invalid-credentials', { headers: { 'www-authenticate': `Bearer ${quoted(parameters)}` } })
}
