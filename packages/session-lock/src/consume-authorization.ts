import { accept, refuse } from '@watchword/decider'
import type { Authorization } from './authorization.ts'
import type { ConsumeAuthorization } from './authorization-commands.ts'
import type { LockDecision } from './events.ts'
import { mayAct } from './may-act.ts'
import { whyClosed } from './record-approval.ts'
import type { UserLocks } from './state.ts'

/** Uses an approved authorization, once, for what was approved and in the session that asked. */
export function consumeAuthorization({ at, data }: ConsumeAuthorization, state: UserLocks): LockDecision {
  const authorization = state.authorizations.owned.find((one) => one.id === data.authorization && one.app === data.app)
  if (authorization === undefined) return refuse('unknown-authorization')
  const closed = whyClosed(authorization, at)
  if (closed !== null) return refuse(closed)
  if (!isSame(authorization, data)) return refuse('parameters-changed')
  if (authorization.outcome.status === 'pending') return refuse('authorization-pending')
  if (!mayAct(state, authorization, at)) return refuse('locked')
  return accept({ type: 'AuthorizationConsumed', at, data: { authorization } })
}

function isSame(authorization: Authorization, { parametersHash, session, action }: ConsumeAuthorization['data']) {
  return (
    authorization.parametersHash === parametersHash &&
    (session === null || session === authorization.session) &&
    (action === null ||
      (action.type === authorization.action.type && action.resource === authorization.action.resource))
  )
}
