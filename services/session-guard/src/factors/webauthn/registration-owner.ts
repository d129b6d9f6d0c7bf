import { shortHash } from '@watchword/contracts'
import type { Presenter } from '../../tickets/callers.ts'

/** Whose ceremony it is: another user, app or session cannot end it. */
export function registrationOwner(presenter: Presenter, user: string): string {
  const session = presenter.kind === 'browser' ? presenter.claims.session : null
  return shortHash('registration', presenter.tenant, presenter.app, user, JSON.stringify(session))
}
