import { type Access, userOf } from '@watchword/access'
import { shortHash } from '@watchword/contracts'
import type { Approver } from '@watchword/session-lock'
import type { Static } from 'typebox'
import type { Presenter } from '../tickets/callers.ts'
import type { approvalsSchema } from './approvals-schema.ts'
import { invalid } from '../http/invalid.ts'

/** Who answers: the app's backend says it, or has said it in the ticket of a page. */
export function approverOf(
  access: Pick<Access, 'userNamesOf'>,
  presenter: Presenter,
  body: Static<typeof approvalsSchema.body>,
): Approver {
  if (presenter.kind === 'browser') {
    const { user, session, context } = presenter.claims
    return { user, session, device: context?.device ?? null }
  }
  if (body.user === undefined) throw invalid('/user', 'is needed: who approves')
  const user = userOf(body.user, '/user', access.userNamesOf(presenter.tenant))
  return { user, session: body.session ?? null, device: body.context?.device ?? null }
}

/** One name for an approver in a session on a device: a challenge is for exactly this. */
export function nameOfApprover({ user, session, device }: Approver): string {
  return shortHash('approver', user, JSON.stringify([session, device]))
}
