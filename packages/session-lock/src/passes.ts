import type { LockCommand } from './commands.ts'
import { equalContext } from './context.ts'
import type { LockEvent } from './events.ts'
import { expirePass } from './expire-pass.ts'
import { PASSES_MAX } from './limits.ts'
import type { Pass, UserLocks } from './state.ts'

/** Whether a newer pass takes the place of an older one: one pass a session, and one a context that has none. */
export function replaces(newer: Pass, older: Pass): boolean {
  if (newer.session === null || older.session === null)
    return newer.session === older.session && newer.app === older.app && equalContext(newer.context, older.context)
  return newer.app === older.app && newer.session === older.session
}

/** What must go for one more pass to be kept: the oldest that ends softly, or the oldest one, early, with all its consequences. */
export function roomForPass(state: UserLocks, pass: Pass, command: LockCommand): readonly LockEvent[] {
  const others = state.passes.filter((older) => !replaces(pass, older))
  if (others.length < PASSES_MAX) return []
  const soft = others.find((older) => older.onExpiry === 'soft')
  if (soft !== undefined) return [voidedPass(soft, command.at, 'evicted')]
  return others.slice(0, 1).flatMap((oldest) => expirePass(oldest, command, state))
}

/** Takes a pass away before its time. */
export function voidedPass(pass: Pass, at: number, reason: 'risk' | 'evicted'): LockEvent {
  return { type: 'PassVoided', at, data: { pass: pass.id, app: pass.app, session: pass.session, reason } }
}
