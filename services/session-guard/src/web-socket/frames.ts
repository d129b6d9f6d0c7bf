import type { ApprovalPrompt, LockState } from '@watchword/contracts'
import type { SessionEvent } from '../view/guard-view.ts'
import { isoTime, lockJson } from '../http/lock-json.ts'
import { concernsApp, endedSessionsOf, standingOf } from '../view/user-standing.ts'
import { exactNames, type UserNames } from '@watchword/user-names'

/** In the place of a frame: the user's state as it is when its turn comes. */
export const newState = 'state'

/** A frame as text, and the version of the user's lock state that it tells of. */
export type StateFrame = Readonly<{ seq: number; text: string }>

/** How a user stands, as one app may see it. */
export function stateFrame(state: LockState | undefined, user: string, app: string, now: number): StateFrame {
  const locks = (state?.locks ?? []).filter((lock) => concernsApp(lock, app))
  const { verifiedUntil } = standingOf(state, { app }, now)
  const seq = state?.seq ?? 0
  const frame = {
    type: 'state',
    seq,
    user,
    mfaVerified: locks.length === 0,
    locks: locks.map(lockJson),
    endedSessions: endedSessionsOf(state, app),
    ...(verifiedUntil === null ? {} : { verifiedUntil: isoTime(verifiedUntil) }),
  }
  return { seq, text: JSON.stringify(frame) }
}

/** What is pushed of an event: null when nothing is, `newState` when the app may see no more than that something changed. */
// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
export function eventFrame({ record }: SessionEvent, app: string): string | null {
  const { user, seq, body } = record
  switch (body.type) {
    case 'session-locked':
    case 'lock-extended': {
      if (!concernsApp(body.data.lock, app)) return newState
      return JSON.stringify({ type: 'mfa-required', seq, user, lock: lockJson(body.data.lock) })
    }
    case 'session-unlocked':
      if (!concernsApp(body.data, app)) return newState
      return JSON.stringify({ type: 'unlocked', seq, user, lockId: body.data.lock, by: body.data.by })
    case 'session-ended':
      if (body.data.app !== app) return newState
      return sessionEndedFrame(user, seq, body.data.session)
    case 'lock-withheld':
    case 'verification-passed':
    case 'verification-failed':
    case 'pass-ended':
    case 'factor-changed':
    case 'factors-reset':
    case 'admission-decided':
    case 'ticket-accepted':
    case 'command-accepted':
    case 'command-refused':
    case 'authorization-requested':
    case 'approval-requested':
    case 'approval-closed':
    case 'approval-answered':
    case 'authorization-approved':
    case 'authorization-denied':
    case 'authorization-consumed':
      return null
  }
}

/** What subscribers of the user hear of approvals: it changes no lock, so it has no place among the versions. */
export function approvalFrame({ record }: SessionEvent, app: string): string | null {
  const { user, seq, body } = record
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- most of what happens is no question to anybody
  switch (body.type) {
    case 'authorization-requested': {
      // Approvers who are named are asked under their own names.
      const { authorization, app: owner, approvers, action, parametersHash, requestedAt, expiresAt } = body.data
      if (owner !== app || approvers.length > 0) return null
      return promptFrame(user, seq, { authorization, owner: user, action, parametersHash, requestedAt, expiresAt })
    }
    case 'approval-requested':
      return body.data.app === app ? promptFrame(user, seq, body.data) : null
    case 'approval-closed':
    case 'approval-answered':
      if (body.data.app !== app) return null
      return JSON.stringify({ type: 'approval-closed', seq, user, id: body.data.authorization })
    default:
      return null
  }
}

/** The open questions to a user, as a subscription begins with them. */
export function openPromptFrames(state: LockState | undefined, app: string, now: number): readonly string[] {
  if (state === undefined) return []
  const { user, seq, prompts, authorizations } = state
  const own = authorizations.flatMap(({ id: authorization, status, approvers, ...question }) =>
    status === 'pending' && approvers.length === 0 ? [{ ...question, authorization, owner: user }] : [],
  )
  return [...own, ...prompts].flatMap((prompt) =>
    prompt.app === app && now < prompt.expiresAt ? [promptFrame(user, seq, prompt)] : [],
  )
}

type Prompt = Omit<ApprovalPrompt, 'app'>

function promptFrame(user: string, seq: number, prompt: Prompt): string {
  const { authorization: id, owner, action, parametersHash, requestedAt, expiresAt } = prompt
  const times = { requestedAt: isoTime(requestedAt), expiresAt: isoTime(expiresAt) }
  return JSON.stringify({ type: 'approval-requested', seq, user, id, owner, action, parametersHash, ...times })
}

export function sessionEndedFrame(user: string, seq: number, session: string): string {
  return JSON.stringify({ type: 'session-ended', seq, user, session })
}

export function acknowledgedFrame(user: string, seq: number, lock: Readonly<{ id: string; version: number }>): string {
  return JSON.stringify({ type: 'lock-acknowledged', seq, user, lockId: lock.id, version: lock.version })
}

/** The whole app is told; by which rule the names of users are read, where it is not `exact`. */
export function replicaReadyFrame(names: UserNames): string {
  return JSON.stringify({ type: 'replica-ready', ...(names === exactNames ? {} : { userNames: names }) })
}

export function errorFrame(code: string): string {
  return JSON.stringify({ type: 'error', code })
}
