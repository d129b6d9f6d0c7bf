import { createSoftwareAuthenticator } from '@watchword/session-guard/testing'
import { type ApiClient, ofUser, told } from '../campaign/api-client.ts'
import { responseTo } from './codes.ts'
import type { Contest, ContestDeps } from './contest.ts'
import { challengeOf, lockSession } from './person.ts'

/** Of the app whose key the campaign has. */
export const appOrigin = 'https://bank.example'

/** One assertion of a passkey, of one that counts its uses and of one that does not. */
export async function* assertionContest({
  api,
  user,
  round,
}: ContestDeps): AsyncGenerator<readonly [string, Contest], void> {
  const authenticator = createSoftwareAuthenticator({ origin: appOrigin, counts: round % 2 })
  const registration = ofUser(user, 'factors/webauthn')
  const { options } = await told(api, { method: 'POST', path: `${registration}/options`, body: {} }, [201])
  const body = { credential: authenticator.create(options), name: 'key' }
  await told(api, { method: 'POST', path: registration, body }, [201])
  const lock = await lockSession(api, user)
  const { challenge, options: asked } = await challengeOf(api, lock, 'webauthn')
  const assertion = authenticator.get(asked)
  yield [
    'an assertion of a passkey',
    { use: (guard) => guard.call(responseTo(challenge, { assertion })), accepted: 200, refused: [401, 409, 429] },
  ]
}

/** Passkeys are for the domain of the app, and its pages come from there. */
export async function giveAppItsDomain(api: ApiClient): Promise<void> {
  const body = { id: 'demo', origins: [appOrigin], rpId: new URL(appOrigin).hostname }
  await told(api, { method: 'POST', path: '/v1/apps', body }, [200, 201])
}
