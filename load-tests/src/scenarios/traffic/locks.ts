import { type ApiOutcome, ofUser } from '../../campaign/api-client.ts'
import { totpCode, totpStep } from '../../campaign/totp-code.ts'
import { responseTo } from '../../single-use/codes.ts'
import type { Arrival } from '../open-load.ts'
import { outcomeOf } from './outcome.ts'
import type { TrafficDeps } from './traffic.ts'

/** Somebody with an authenticator app, who has a code for each 30 s. */
export type Holder = Readonly<{ user: string; secret: string }>

/** Everybody in turn: who has answered has a new code by the time that it is their turn again. */
export type Holders = () => Readonly<Holder & { session: string }>

export function inTurn(holders: readonly Holder[]): Holders {
  let turn = 0
  return () => {
    const holder = holders[turn % holders.length]
    if (holder === undefined) throw new RangeError('there is nobody to lock')
    turn += 1
    return { ...holder, session: `s-${turn}` }
  }
}

/** An operator locks a session of somebody, who answers the challenge: the lock and the verification are judged each by itself. */
export function lockAndVerify({ api }: TrafficDeps, holders: Holders): Arrival {
  return async (_, note) => {
    const { user, secret, session } = holders()
    const body = { reason: 'load', session }
    const locked = await api.call({ method: 'POST', path: ofUser(user, 'lock'), body })
    note({ kind: 'lock', outcome: outcomeOf(locked, [200]) })
    const { id } = (bodyOf(locked)['lock'] ?? {}) as { id?: string }
    if (id === undefined) return
    const since = performance.now()
    const path = `/v1/locks/${encodeURIComponent(id)}/challenges`
    const challenged = await api.call({ method: 'POST', path, body: { factor: 'totp' } })
    const { challenge } = bodyOf(challenged)
    if (typeof challenge !== 'string') return note({ kind: 'verify', outcome: outcomeOf(challenged, []), since })
    const code = totpCode(secret, totpStep(Date.now()))
    const answered = await api.call(responseTo(challenge, { code }))
    note({ kind: 'verify', outcome: outcomeOf(answered, [200]), since })
  }
}

function bodyOf(answer: ApiOutcome): Readonly<Record<string, unknown>> {
  return answer.cut ? {} : (answer.body ?? {})
}
