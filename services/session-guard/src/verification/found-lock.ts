import type { Lock, LockState } from '@watchword/contracts'
import { problem } from '@watchword/service-kit'
import type { Presenter } from '../tickets/callers.ts'
import type { GuardView } from '../view/guard-view.ts'
import { concernsApp } from '../view/user-standing.ts'

/** The lock that a caller may answer; throws `not-found` for any other, as for one that does not exist. */
export async function foundLock(
  view: Pick<GuardView, 'lockById' | 'refresh'>,
  presenter: Presenter,
  id: string,
): Promise<Readonly<{ state: LockState; lock: Lock }>> {
  const look = (): ReturnType<GuardView['lockById']> => view.lockById(presenter.tenant, id)
  let found = look()
  if (found === undefined) {
    // It may have been pushed by another replica, whose view is a moment ahead.
    await view.refresh()
    found = look()
  }
  const mine = presenter.kind === 'backend' || presenter.claims.user === found?.state.user
  if (found === undefined || !mine || !concernsApp(found.lock, presenter.app)) throw problem('not-found')
  return found
}
