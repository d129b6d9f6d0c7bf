import type { SessionRecord } from '@watchword/contracts'
import type { AuthorizationEvent } from '@watchword/session-lock'

/** What the log says of an event of an authorization; null for one that is the stage's own book-keeping. */
// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
export function authorizationBodyOf({ type, data }: AuthorizationEvent): SessionRecord['body'] | null {
  switch (type) {
    case 'AuthorizationRequested': {
      const { id, app, session, action, parametersHash, approver, approvers, quorum, requestedAt, expiresAt } =
        data.authorization
      const head = { authorization: id, app, session, action, parametersHash }
      const asked = { approver, approvers, quorum, requestedAt, expiresAt }
      return { type: 'authorization-requested', data: { ...head, ...asked } }
    }
    case 'ApproverPrompted': {
      const { authorization, owner, app, action, parametersHash, requestedAt, expiresAt } = data.prompt
      const question = { authorization, owner, app, action, parametersHash, requestedAt, expiresAt }
      return { type: 'approval-requested', data: question }
    }
    case 'PromptClosed':
      return { type: 'approval-closed', data }
    case 'ApprovalAnswered': {
      const { authorization, owner, app, answer, reason, factor, factorKind, session, device } = data
      const answered = { authorization, owner, app, answer, reason, factor, factorKind, session, device }
      return { type: 'approval-answered', data: answered }
    }
    case 'AuthorizationApproved': {
      const { authorization, approval, complete } = data
      const { id, app, session, approvals, quorum } = authorization
      const { user: approver, factorKind } = approval
      const count = { approvals: approvals.length + 1, quorum, complete }
      return {
        type: 'authorization-approved',
        data: { authorization: id, app, session, approver, factorKind, ...count },
      }
    }
    // Told with the denial, where it leads to one.
    case 'ApproverUnreachable':
      return null
    case 'AuthorizationDenied': {
      const { id, app, session } = data.authorization
      return {
        type: 'authorization-denied',
        data: { authorization: id, app, session, by: data.by, reason: data.reason },
      }
    }
    case 'AuthorizationConsumed': {
      const { id, app, session, action, parametersHash, approvals } = data.authorization
      const approvers = approvals.map(({ user }) => user)
      return {
        type: 'authorization-consumed',
        data: { authorization: id, app, session, action, parametersHash, approvers },
      }
    }
  }
}
