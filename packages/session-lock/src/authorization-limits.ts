import { isOpen } from './authorization.ts'
import { AUTHORIZATION_KEPT_MS, AUTHORIZATIONS_MAX, PROMPTS_MAX } from './limits.ts'
import type { UserLocks } from './state.ts'

type Asked = Readonly<{ at: number /** Null when it is not open. */; openUntil: number | null }>
type Limits = Readonly<{ open: number; recent: number }>

/** When the user may ask for one authorization more; null: now. */
export function authorizationRoomAt({ authorizations }: UserLocks, at: number): number | null {
  const asked = authorizations.owned.map((one) => ({
    at: one.requestedAt,
    openUntil: isOpen(one, at) ? one.expiresAt : null,
  }))
  return roomAt(asked, AUTHORIZATIONS_MAX, at)
}

/** When the user may be asked one question more as an approver; null: now. */
export function promptRoomAt({ authorizations }: UserLocks, at: number): number | null {
  const asked = authorizations.prompts.map((one) => ({
    at: one.promptedAt,
    openUntil: one.isOpen && at < one.expiresAt ? one.expiresAt : null,
  }))
  return roomAt(asked, PROMPTS_MAX, at)
}

/** Nobody is asked until they say yes to have peace: so many at once, and so many in ten minutes. */
function roomAt(asked: readonly Asked[], limits: Limits, at: number): number | null {
  const ends = asked.flatMap(({ openUntil }) => (openUntil === null ? [] : [openUntil]))
  const recent = asked.map((one) => one.at + AUTHORIZATION_KEPT_MS).filter((until) => until > at)
  const waits = [
    ...(ends.length < limits.open ? [] : [Math.min(...ends)]),
    ...(recent.length < limits.recent ? [] : [Math.min(...recent)]),
  ]
  return waits.length === 0 ? null : Math.max(...waits)
}
