import type { ApprovalPrompt, Authorization } from '@watchword/contracts'
import type { ApprovalPrompt as StagePrompt, Authorization as StageAuthorization } from '@watchword/session-lock'

/** An authorization as the log shows it, in the state of its owner. */
export function authorizationRecordOf(authorization: StageAuthorization): Authorization {
  const { id, app, session, device, action, parameters, parametersHash, approver, approvers } = authorization
  const { quorum, factors, requestedAt, expiresAt, approvals, outcome } = authorization
  const denial = outcome.status === 'denied' ? outcome : undefined
  return {
    id,
    app,
    session,
    device,
    action,
    parameters,
    parametersHash,
    approver,
    approvers,
    quorum,
    factors,
    requestedAt,
    expiresAt,
    approvals,
    status: outcome.status,
    decidedAt: outcome.status === 'pending' ? null : outcome.at,
    deniedBy: denial?.by ?? null,
    denialReason: denial?.reason ?? null,
  }
}

/** A question as the log shows it, in the state of the approver. */
export function promptRecordOf(prompt: StagePrompt): ApprovalPrompt {
  const { authorization, owner, app, action, parametersHash, requestedAt, expiresAt } = prompt
  return { authorization, owner, app, action, parametersHash, requestedAt, expiresAt }
}
