import { problem } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { Answer } from '../commands/commands.ts'
import type { GuardView } from './guard-view.ts'

/** Resolves when this replica's lock view shows the user's state of `version` or a later one; throws `timed-out`. */
export function untilVisible(
  deps: Readonly<{ view: GuardView; clock: Clock }>,
  tenant: string,
  user: string,
  version: number,
  timeoutMs: number,
): Promise<void> {
  const { view, clock } = deps
  if (view.versionOf(tenant, user) >= version) return Promise.resolve()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const cancel = clock.after(timeoutMs, () => {
    unlisten()
    reject(problem('timed-out'))
  })
  const unlisten = view.onLockState(() => {
    if (view.versionOf(tenant, user) < version) return
    cancel()
    unlisten()
    resolve()
  })
  return promise
}

/** What leaves the lock state of a user as it was. */
const elsewhere: ReadonlySet<string> = new Set([
  'command-accepted',
  'ticket-accepted',
  'verdict-recorded',
  'profile-reset',
])

/** The same for what a command changed, if it changed the locks at all. */
export async function untilChangeVisible(
  deps: Readonly<{ view: GuardView; clock: Clock; config: Readonly<{ answerWithinMs: number }> }>,
  tenant: string,
  user: string,
  { events, version }: Answer,
): Promise<void> {
  const isChange = events.some((event) => !elsewhere.has(event.type))
  if (isChange) await untilVisible(deps, tenant, user, version, deps.config.answerWithinMs)
}

/** Resolves after `delayMs`. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.after(delayMs, resolve))
}
