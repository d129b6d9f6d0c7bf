import type { Authorization as AuthorizationRecord } from '@watchword/contracts'
import { problem } from '@watchword/service-kit'
import { type Authorization, factorKinds, pruneAuthorizations } from '@watchword/session-lock'
import type { GuardParts } from '../guard-parts.ts'
import type { Presenter } from '../tickets/callers.ts'

/** The authorization that a caller may see; throws `not-found` for any other, as for one that does not exist. */
export async function foundAuthorization(
  { view, clock }: Pick<GuardParts, 'view' | 'clock'>,
  presenter: Presenter,
  id: string,
): Promise<Authorization> {
  // Another replica may have taken it a moment ago.
  await view.refresh()
  const found = view.authorizationById(presenter.tenant, id)
  const authorization = found && authorizationOf(found.state.user, found.authorization)
  if (authorization?.app !== presenter.app || !concerns(authorization, presenter)) throw problem('not-found')
  // Its record may stand for longer: it is written anew when something else happens to the user.
  const [current] = pruneAuthorizations({ owned: [authorization], prompts: [] }, clock.now()).owned
  if (current === undefined) throw problem('not-found')
  return current
}

/** A page hears of what its own user wants to do or is asked by name; the app, of everything that was asked by it. */
function concerns({ owner, approvers }: Authorization, presenter: Presenter): boolean {
  if (presenter.kind === 'backend') return true
  const { user } = presenter.claims
  return user === owner || approvers.includes(user)
}

/** The decider's own view of a record. */
function authorizationOf(owner: string, record: AuthorizationRecord): Authorization {
  const { status, decidedAt, deniedBy, denialReason, factors, approvals, ...rest } = record
  const at = decidedAt ?? record.requestedAt
  return {
    ...rest,
    owner,
    unreachable: [],
    factors: factorKinds.filter((kind) => factors.includes(kind)),
    approvals: approvals.flatMap((approval) => {
      const factorKind = factorKinds.find((kind) => kind === approval.factorKind)
      return factorKind === undefined ? [] : [{ ...approval, factorKind }]
    }),
    outcome:
      status === 'denied'
        ? { status, at, by: deniedBy, reason: denialReason ?? '' }
        : status === 'pending'
          ? { status }
          : { status, at },
  }
}
