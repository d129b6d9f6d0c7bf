import { type Access, userOf } from '@watchword/access'
import { problem } from '@watchword/service-kit'
import { barsFactorChanges } from '@watchword/session-lock'
import type { GuardParts } from '../guard-parts.ts'
import type { Admission, Presenter } from '../tickets/callers.ts'
import type { GuardView } from '../view/guard-view.ts'
import { hasSessionEnded } from '../view/user-standing.ts'

/** What opens the routes of factors. */
export const enrolAdmission: Admission = { scopes: ['enrol'], purposes: ['enrol'] }

/** Whose factors are meant; throws `not-found` for a browser that names another user than its backend did. */
export function userOfFactors(access: Pick<Access, 'userNamesOf'>, presenter: Presenter, given: string): string {
  const user = userOf(given, '/path/user', access.userNamesOf(presenter.tenant))
  if (presenter.kind === 'browser' && presenter.claims.user !== user) throw problem('not-found')
  return user
}

/** Whether a browser holds what was minted for a session that has ended since. */
export function isOver(view: Pick<GuardView, 'lockState'>, presenter: Presenter): boolean {
  return presenter.kind === 'browser' && hasSessionEnded(view, presenter.claims)
}

/** Whether the backend has checked the person before it minted the ticket, as far as the policy lets it vouch for that. */
export function isVouchedFor({ kind, tenant }: Presenter, policies: GuardParts['policies']): boolean {
  return kind === 'browser' && policies.inForce(tenant).source.enrolment === 'backend-ticket'
}

type RiskParts = Pick<GuardParts, 'view' | 'policies' | 'clock' | 'sessionOwners'>

/**
 * Throws `locked` where no factor may be enrolled now: in a session that has ended or is at risk, and where the fold would refuse it, before
 * the person has touched an authenticator in vain. The first factor of a user is enrolled by a ticket of the backend whatever the risk.
 */
export async function assertEnrolmentOpen(parts: RiskParts, presenter: Presenter, user: string): Promise<void> {
  const { view, policies, clock } = parts
  await view.refresh()
  if (isOver(view, presenter)) throw problem('locked')
  const state = view.lockState(presenter.tenant, user)
  const isFirst = state === undefined || state.factors.length === 0
  const isLocked =
    state !== undefined && (barsFactorChanges(state.locks, !isFirst) || (state.blockedUntil ?? 0) > clock.now())
  if ((isLocked || isAtRisk(parts, presenter)) && !(isFirst && isVouchedFor(presenter, policies)))
    throw problem('locked')
}

/** Throws `locked` where a browser may remove no factor: its session has ended or is at risk. Locks are the fold's to see. */
export async function assertRemovalOpen(
  parts: Omit<RiskParts, 'policies' | 'clock'>,
  presenter: Presenter,
): Promise<void> {
  await parts.view.refresh()
  if (isOver(parts.view, presenter) || isAtRisk(parts, presenter)) throw problem('locked')
}

/** Throws `locked` where a browser may confirm no factor: its session is at risk, and the factor is not the first one. */
export function assertConfirmationOpen(
  parts: Pick<RiskParts, 'view' | 'sessionOwners'>,
  presenter: Presenter,
  user: string,
): void {
  const isFirst = (parts.view.lockState(presenter.tenant, user)?.factors.length ?? 0) === 0
  if (!isFirst && isAtRisk(parts, presenter)) throw problem('locked')
}

/**
 * Whether a decision about the session of a ticket was another one than to allow, and nobody has verified themselves in it since.
 * Not the level: the first login of all is HIGH, and allowed for the sake of the first factor.
 */
function isAtRisk({ view, sessionOwners }: Pick<RiskParts, 'view' | 'sessionOwners'>, presenter: Presenter): boolean {
  if (presenter.kind === 'backend' || presenter.claims.session === null) return false
  const { tenant, app, user, session } = presenter.claims
  const judgement = sessionOwners.judgementOf(tenant, app, session)
  if (judgement === undefined || judgement.decision === 'allow') return false
  const passes = view.lockState(tenant, user)?.passes ?? []
  return !passes.some((pass) => pass.app === app && pass.session === session && pass.at >= judgement.at)
}
