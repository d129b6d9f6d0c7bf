import type { Authorization } from './authorization.ts'
import type { PromptApprover, RecordApproval } from './authorization-commands.ts'
import type { LockCommand } from './commands.ts'
import type { LockDecision, LockEvent } from './events.ts'

/** A command of one user's fold to the fold of another user. */
export type Relay = Readonly<{ user: string; commandId: string }> &
  (Pick<PromptApprover, 'type' | 'data'> | Pick<RecordApproval, 'type' | 'data'>)

/**
 * What other users' folds have to hear of what a command to `user` led to: approvers of what they are asked, owners of what was answered.
 * The same command leads to the same ids, so that what is told twice is heard once.
 */
export function relaysOf(command: LockCommand, user: string, decision: LockDecision): readonly Relay[] {
  if (decision.accepted) return decision.events.flatMap((event) => relaysOfEvent(command.commandId, user, event))
  if (command.type !== 'PromptApprover' || !command.data.open) return []
  const { authorization, owner, requestedAt } = command.data
  const nothing = { reason: null, factorKind: null, session: null, device: null }
  const data = { authorization, requestedAt, approver: user, answer: 'unreachable', ...nothing } as const
  return [{ user: owner, commandId: recordId(command.commandId), type: 'RecordApproval', data }]
}

/** The command that asks the approver of this place in the list. */
export function promptId(commandId: string, index: number): string {
  return `${commandId}-ask-${index}`
}

/** The command that tells the owner what the answer with this id came to. */
export function recordId(commandId: string): string {
  return `${commandId}-record`
}

function relaysOfEvent(commandId: string, user: string, event: LockEvent): readonly Relay[] {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- most events concern one user alone
  switch (event.type) {
    case 'AuthorizationRequested':
      return prompts(commandId, event.data.authorization, true)
    case 'AuthorizationDenied':
      return prompts(commandId, event.data.authorization, false)
    case 'AuthorizationApproved':
      return event.data.complete ? prompts(commandId, event.data.authorization, false) : []
    case 'ApprovalAnswered': {
      const { authorization, owner, requestedAt, reason, factorKind, session, device } = event.data
      const answer = event.data.answer === 'approve' ? 'approved' : 'denied'
      const data = { authorization, requestedAt, approver: user, answer, reason, factorKind, session, device } as const
      return [{ user: owner, commandId: recordId(commandId), type: 'RecordApproval', data }]
    }
    default:
      return []
  }
}

function prompts(commandId: string, authorization: Authorization, open: boolean): readonly Relay[] {
  const { id, owner, app, action, parametersHash, approvers, approvals, requestedAt, expiresAt } = authorization
  const data = { authorization: id, owner, app, action, parametersHash, requestedAt, expiresAt, open }
  const answered = approvals.map((approval) => approval.user)
  return approvers
    .filter((user) => !answered.includes(user))
    .map((user, index) => ({
      user,
      commandId: open ? promptId(commandId, index) : `${commandId}-close-${index}`,
      type: 'PromptApprover',
      data,
    }))
}
