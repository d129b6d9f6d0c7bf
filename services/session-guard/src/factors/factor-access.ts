import { problem } from '@watchword/service-kit'
import type { Admission, Presenter } from '../tickets/callers.ts'
import type { GuardView } from '../view/guard-view.ts'
import { userOf } from '../http/user-param.ts'
import { endedSessionsOf } from '../view/user-standing.ts'

/** What opens the routes of factors. */
export const enrolAdmission: Admission = { scopes: ['enrol'], purposes: ['enrol'] }

/** Whose factors are meant; throws `not-found` for a browser that names another user than its backend did. */
export function userOfFactors(presenter: Presenter, given: string): string {
  const user = userOf(given, '/path/user')
  if (presenter.kind === 'browser' && presenter.claims.user !== user) throw problem('not-found')
  return user
}

/** Whether a browser holds what was minted for a session that has ended since. */
export function isOver(view: Pick<GuardView, 'lockState'>, presenter: Presenter): boolean {
  if (presenter.kind === 'backend') return false
  const { tenant, app, user, session } = presenter.claims
  return session !== null && endedSessionsOf(view.lockState(tenant, user), app).includes(session)
}
