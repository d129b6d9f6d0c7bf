import type { ApprovalPrompt, Authorization, Authorizations } from './authorization.ts'
import type { ApprovalAnswered, AuthorizationEvent } from './authorization-events.ts'
import { AUTHORIZATION_KEPT_MS } from './limits.ts'
import { challengeUse, withUsed } from './single-use.ts'
import { noAttempts, type UserLocks } from './state.ts'
import { withUsedStep } from './step.ts'

/** The state after an event of an authorization. */
// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
export function evolveAuthorizations(state: UserLocks, { type, at, data }: AuthorizationEvent): UserLocks {
  const { owned, prompts } = state.authorizations
  switch (type) {
    case 'AuthorizationRequested':
      return { ...state, authorizations: { owned: [...owned, data.authorization], prompts } }
    case 'ApproverPrompted':
      return { ...state, authorizations: { owned, prompts: [...prompts, data.prompt] } }
    case 'PromptClosed':
      return withClosed(state, data.authorization)
    case 'ApprovalAnswered':
      return answered(withClosed(state, data.authorization), data)
    case 'AuthorizationApproved':
      return withOwned(state, data.authorization.id, (one) => ({
        ...one,
        approvals: [...one.approvals, data.approval],
        outcome: data.complete ? { status: 'approved', at } : one.outcome,
      }))
    case 'ApproverUnreachable':
      return withOwned(state, data.authorization, (one) => ({
        ...one,
        unreachable: [...one.unreachable, data.approver],
      }))
    case 'AuthorizationDenied': {
      const outcome = { status: 'denied', at, by: data.by, reason: data.reason } as const
      return withOwned(state, data.authorization.id, (one) => ({ ...one, parameters: null, outcome }))
    }
    case 'AuthorizationConsumed':
      return withOwned(state, data.authorization.id, (one) => ({
        ...one,
        parameters: null,
        outcome: { status: 'consumed', at },
      }))
  }
}

/** Without what is long over, and without the parameters of what is over. */
export function pruneAuthorizations({ owned, prompts }: Authorizations, at: number): Authorizations {
  return {
    owned: owned
      .filter((one) => at < one.expiresAt + AUTHORIZATION_KEPT_MS)
      .map((one) => (at < one.expiresAt || one.parameters === null ? one : { ...one, parameters: null })),
    prompts: prompts.filter((one) => at < one.expiresAt + AUTHORIZATION_KEPT_MS),
  }
}

function answered(state: UserLocks, data: ApprovalAnswered['data']): UserLocks {
  const { challenge, challengeExpiresAt, factor, step } = data
  if (factor === null || challenge === null || challengeExpiresAt === null) return state
  const used = withUsed(state.used, challengeUse(challenge), challengeExpiresAt)
  return { ...withUsedStep({ ...state, used }, factor, step), attempts: noAttempts }
}

function withOwned(state: UserLocks, id: string, change: (one: Authorization) => Authorization): UserLocks {
  const { owned, prompts } = state.authorizations
  return { ...state, authorizations: { owned: owned.map((one) => (one.id === id ? change(one) : one)), prompts } }
}

function withClosed(state: UserLocks, id: string): UserLocks {
  const { owned, prompts } = state.authorizations
  const close = (one: ApprovalPrompt): ApprovalPrompt => (one.authorization === id ? { ...one, isOpen: false } : one)
  return { ...state, authorizations: { owned, prompts: prompts.map(close) } }
}
