import { type ApiClient, told } from '../../campaign/api-client.ts'
import { ofUser } from '../../campaign/api-client.ts'
import { totpCode, totpStep, withinStep } from '../../campaign/totp-code.ts'

/** A TOTP factor as its enrolment told of it. */
export type Factor = Readonly<{ factor: string; secret: string }>

/** What an authenticator is to be given for a registration. */
export type Ceremony = Readonly<Record<string, unknown>>

type Named = Readonly<{ user: string; session: string; device: string }>

/** Somebody whom the platform knows, in one of the states that routes ask for. */
export type Person =
  | (Named & Readonly<{ status: 'known'; assessment: string }>)
  /** In the middle of registering a passkey, where the route ends that: a ceremony has one end. */
  | (Named & Readonly<{ status: 'calm'; active: Factor; pending: Factor; ceremony?: Ceremony }>)
  | (Named & Readonly<{ status: 'locked'; active: Factor; lock: string; challenge: string }>)
  /** With one authorization that waits, and one that is approved and unused. */
  | (Named & Readonly<{ status: 'asking'; active: Factor; waiting: string; approved: string }>)

/** Makes the people that requests are about. Throws when the platform does not answer as it should. */
export type MakePerson = (status: Person['status']) => Promise<Person>

/** `api` calls with a key that has every scope; the names hold `prefix`. */
export function createPersonMaker(prefix: string, api: ApiClient): MakePerson {
  let made = 0
  return async (status) => {
    made += 1
    const named = { user: `${prefix}-${status}-${made}`, session: `${prefix}-s-${made}`, device: `${prefix}-d-${made}` }
    if (status === 'known') return { ...named, status, assessment: await judged(api, named) }
    const active = await enrolled(api, named.user)
    await confirm(api, named.user, active)
    if (status === 'calm') return { ...named, status, active, pending: await enrolled(api, named.user) }
    if (status === 'asking') {
      const [waiting, approved] = [await authorizationOf(api, named), await authorizationOf(api, named)]
      await approve(api, named, approved, active)
      return { ...named, status, active, waiting, approved }
    }
    const lock = await locked(api, named)
    return { ...named, status, active, lock, challenge: await challengeOf(api, lock) }
  }
}

/** The same person in a ceremony of their own, or as they are while another case has taken the app's domain away. */
export async function beginCeremony<Somebody extends Named>(
  api: ApiClient,
  person: Somebody,
): Promise<Somebody & Readonly<{ ceremony?: Ceremony }>> {
  const path = ofUser(person.user, 'factors/webauthn/options')
  const { options } = await told(api, { method: 'POST', path, body: {} }, [201, 409])
  return options === undefined ? person : { ...person, ceremony: options as Ceremony }
}

async function judged(api: ApiClient, { user, session, device }: Named): Promise<string> {
  const methods = ['pwd', 'otp']
  const body = { type: 'login', outcome: 'succeeded', user, session, device, authentication: { methods } }
  const path = '/v1/activities'
  const answer = await told(api, { method: 'POST', path, body, headers: { prefer: 'wait=10' } }, [200])
  const [result] = answer['results'] as readonly [{ assessment: { id: string } }]
  return result.assessment.id
}

async function enrolled(api: ApiClient, user: string): Promise<Factor> {
  return (await told(api, { method: 'POST', path: ofUser(user, 'factors/totp'), body: {} }, [201])) as Factor
}

async function confirm(api: ApiClient, user: string, { factor, secret }: Factor): Promise<void> {
  await withinStep(1_500)
  const path = ofUser(user, `factors/totp/${factor}/confirm`)
  const step = totpStep(Date.now())
  // The present code is kept for the verification: each opens once. A policy may have no place for the one before it.
  const before = await api.call({ method: 'POST', path, body: { code: totpCode(secret, step - 1) } })
  if (before.cut || before.status !== 200)
    await told(api, { method: 'POST', path, body: { code: totpCode(secret, totpStep(Date.now())) } }, [200])
}

async function locked(api: ApiClient, { user, session }: Named): Promise<string> {
  const answer = await told(
    api,
    { method: 'POST', path: ofUser(user, 'lock'), body: { reason: 'fuzz', session } },
    [200],
  )
  return (answer['lock'] as { id: string }).id
}

async function challengeOf(api: ApiClient, lock: string): Promise<string> {
  const path = `/v1/locks/${encodeURIComponent(lock)}/challenges`
  return String((await told(api, { method: 'POST', path, body: { factor: 'totp' } }, [201]))['challenge'])
}

async function authorizationOf(api: ApiClient, { user, session }: Named): Promise<string> {
  const body = { user, session, action: { type: 'export', resource: '/customers' }, approver: 'owner' }
  return String((await told(api, { method: 'POST', path: '/v1/authorizations', body }, [201]))['id'])
}

async function approve(api: ApiClient, { user, session }: Named, id: string, { secret }: Factor): Promise<void> {
  const path = `/v1/authorizations/${encodeURIComponent(id)}/approvals`
  const { challenge } = await told(api, { method: 'POST', path, body: { user, session } }, [201])
  const body = { user, session, challenge, code: totpCode(secret, totpStep(Date.now())) }
  // Refused where the factor had to be confirmed with the present code.
  await told(api, { method: 'POST', path, body }, [200, 401])
}
