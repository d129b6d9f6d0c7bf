import { accept, refuse } from '@watchword/decider'
import { personOf } from '@watchword/user-names'
import { type Authorization, isOpen } from './authorization.ts'
import type { AuthorizationRefusal, RecordApproval } from './authorization-commands.ts'
import type { LockDecision, LockEvent } from './events.ts'
import type { UserLocks } from './state.ts'

/** Who answers, and from where; `null` is "not known". */
export type Approver = Readonly<{ user: string; session: string | null; device: string | null }>

/** What keeps somebody from approving: they are the owner under any spelling, in the owner's session or on the owner's device, or were not asked; null where nothing does. */
export function whyNotApprover(
  authorization: Authorization,
  { user, session, device }: Approver,
  ownerDevices: readonly (string | null)[] = [authorization.device],
): Extract<AuthorizationRefusal, 'self-approval' | 'not-an-approver'> | null {
  const { owner, approver, approvers } = authorization
  if (approver === 'owner') return user === owner ? null : 'not-an-approver'
  if (personOf(user) === personOf(owner)) return 'self-approval'
  if (session !== null && session === authorization.session) return 'self-approval'
  if (device !== null && ownerDevices.includes(device)) return 'self-approval'
  return approvers.length === 0 || approvers.includes(user) ? null : 'not-an-approver'
}

/** Counts an answer of an approver: each person once, until there are as many as the quorum; one no ends it. */
// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
export function recordApproval(command: RecordApproval, state: UserLocks): LockDecision {
  const { at, data } = command
  const authorization = state.authorizations.owned.find((one) => one.id === data.authorization)
  // An answer to another one that once had this id is none to this one.
  if (authorization?.requestedAt !== data.requestedAt) return refuse('unknown-authorization')
  const closed = whyClosed(authorization, at)
  if (closed !== null) return refuse(closed)
  switch (data.answer) {
    case 'unreachable':
      return accept(...unreachable(authorization, data.approver, at))
    case 'denied':
      return accept(denied(authorization, at, data.approver, data.reason ?? ''))
    case 'approved':
      return approved(command, authorization, state)
  }
}

/** Why nothing more can come of it; null while something can. */
export function whyClosed(
  authorization: Authorization,
  at: number,
): Extract<AuthorizationRefusal, 'authorization-denied' | 'authorization-consumed' | 'authorization-expired'> | null {
  const { status } = authorization.outcome
  if (status === 'denied' || status === 'consumed') return `authorization-${status}`
  return isOpen(authorization, at) ? null : 'authorization-expired'
}

function approved({ at, data }: RecordApproval, authorization: Authorization, state: UserLocks): LockDecision {
  const { app, session, device, approvals, quorum, factors } = authorization
  const ownerDevices = [device, ...devicesOf(state, app, session)]
  const { approver: user, factorKind } = data
  const unfit = whyNotApprover(authorization, { user, session: data.session, device: data.device }, ownerDevices)
  if (unfit !== null) return refuse(unfit)
  if (factorKind === null || !factors.includes(factorKind)) return refuse('factor-not-allowed')
  const isKnown = approvals.some((one) => personOf(one.user) === personOf(user))
  if (isKnown || authorization.outcome.status === 'approved') return accept()
  const complete = approvals.length + 1 >= quorum
  const approval = { user, factorKind, at }
  return accept({ type: 'AuthorizationApproved', at, data: { authorization, approval, complete } })
}

/** From where the session was verified: the owner's own devices, whoever asks from them. */
function devicesOf({ passes }: UserLocks, app: string, session: string): readonly (string | null)[] {
  return passes.filter((pass) => pass.app === app && pass.session === session).map((pass) => pass.device)
}

function unreachable(authorization: Authorization, approver: string, at: number): readonly LockEvent[] {
  const { id, approvers, quorum } = authorization
  if (authorization.unreachable.includes(approver) || !approvers.includes(approver)) return []
  const event: LockEvent = { type: 'ApproverUnreachable', at, data: { authorization: id, approver } }
  const left = approvers.length - authorization.unreachable.length - 1
  return left >= quorum ? [event] : [event, denied(authorization, at, null, 'approvers-unreachable')]
}

function denied(authorization: Authorization, at: number, by: string | null, reason: string): LockEvent {
  return { type: 'AuthorizationDenied', at, data: { authorization, by, reason } }
}
