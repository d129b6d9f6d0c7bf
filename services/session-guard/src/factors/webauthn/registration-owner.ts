import { shortHash } from '@watchword/contracts'
import type { Presenter } from '../../tickets/callers.ts'
import { vouchedBy } from '../../tickets/vouched.ts'

/** Whose ceremony it is: another user, app or session cannot end it. */
export function registrationOwner(presenter: Presenter, user: string): string {
  const { session } = vouchedBy(presenter)
  return shortHash('registration', presenter.tenant, presenter.app, user, JSON.stringify(session))
}
