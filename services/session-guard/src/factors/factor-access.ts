import { problem } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { GuardParts } from '../guard-parts.ts'
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

/** Whether the backend has checked the person before it minted the ticket, as far as the policy lets it vouch for that. */
export function isVouchedFor({ kind, tenant }: Presenter, policies: GuardParts['policies']): boolean {
  return kind === 'browser' && policies.inForce(tenant).source.enrolment === 'backend-ticket'
}

/** Throws `locked` where the fold would refuse a new factor now: before the person has touched an authenticator in vain. */
export function assertEnrolmentOpen(
  { view, policies, clock }: Readonly<{ view: GuardView; policies: GuardParts['policies']; clock: Clock }>,
  presenter: Presenter,
  user: string,
): void {
  if (isOver(view, presenter)) throw problem('locked')
  const state = view.lockState(presenter.tenant, user)
  const isAtRisk = state !== undefined && (state.locks.length > 0 || (state.blockedUntil ?? 0) > clock.now())
  const isFirst = state === undefined || state.factors.length === 0
  if (isAtRisk && !(isFirst && isVouchedFor(presenter, policies))) throw problem('locked')
}
