import { accept, refuse } from '@watchword/decider'
import { personOf } from '@watchword/user-names'
import type { Authorization } from './authorization.ts'
import type { RequestAuthorization } from './authorization-commands.ts'
import { authorizationRoomAt } from './authorization-limits.ts'
import type { LockDecision } from './events.ts'
import { AUTHORIZATION_TTL_MAX_MS } from './limits.ts'
import type { UserLocks } from './state.ts'
import { mayAct } from './may-act.ts'

/** Lets an action wait for approval; whose session is locked or has ended asks for nothing. */
export function requestAuthorization({ at, data }: RequestAuthorization, state: UserLocks): LockDecision {
  const { authorization: id, ttlMs, owner, approver, approvers, ...asked } = data
  if (state.authorizations.owned.some((one) => one.id === id)) return accept()
  if (!mayAct(state, data, at)) return refuse('locked')
  if (approvers.some((one) => personOf(one) === personOf(owner))) return refuse('self-approval')
  if (authorizationRoomAt(state, at) !== null) return refuse('too-many-authorizations')
  const authorization: Authorization = {
    ...asked,
    id,
    owner,
    approver,
    approvers,
    requestedAt: at,
    expiresAt: at + Math.min(ttlMs, AUTHORIZATION_TTL_MAX_MS),
    approvals: [],
    unreachable: [],
    outcome: { status: 'pending' },
  }
  return accept({ type: 'AuthorizationRequested', at, data: { authorization } })
}
