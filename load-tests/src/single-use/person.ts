import { type ApiClient, ofUser, told } from '../campaign/api-client.ts'
import { totpCode, totpStep, withinStep } from '../campaign/totp-code.ts'

/** Enrols an authenticator app; answers its secret, of which no code but those of the past is used. */
export async function enrolTotp(api: ApiClient, user: string): Promise<string> {
  await withinStep(10_000)
  const { factor, secret } = await told(api, { method: 'POST', path: ofUser(user, 'factors/totp'), body: {} }, [201])
  const code = totpCode(String(secret), totpStep(Date.now()) - 1)
  const path = ofUser(user, `factors/totp/${String(factor)}/confirm`)
  await told(api, { method: 'POST', path, body: { code } }, [200])
  return String(secret)
}

/** Locks a session of the user; answers the lock's id once it holds everywhere. */
export async function lockSession(api: ApiClient, user: string): Promise<string> {
  const body = { reason: 'race', session: 's-1' }
  const { lock } = await told(api, { method: 'POST', path: ofUser(user, 'lock'), body }, [200])
  return (lock as { id: string }).id
}

export type Challenge = Readonly<{ challenge: string; options: unknown }>

export async function challengeOf(api: ApiClient, lock: string, factor: string): Promise<Challenge> {
  const path = `/v1/locks/${encodeURIComponent(lock)}/challenges`
  const { challenge, options } = await told(api, { method: 'POST', path, body: { factor } }, [201])
  return { challenge: String(challenge), options }
}
