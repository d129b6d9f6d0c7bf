import type { Event } from '@watchword/decider'
import type { Approval, ApprovalPrompt, Authorization } from './authorization.ts'
import type { AnswerApproval } from './authorization-commands.ts'
import type { FactorKind } from './factor-kind.ts'

/** An action waits for approval. */
export type AuthorizationRequested = Event<'AuthorizationRequested', { authorization: Authorization }>

/** An approver is asked. */
export type ApproverPrompted = Event<'ApproverPrompted', { prompt: ApprovalPrompt }>

/** An approver is no longer asked. */
export type PromptClosed = Event<'PromptClosed', { authorization: string; owner: string; app: string }>

/** An approver said yes, and proved it with a factor of their own; or no. */
export type ApprovalAnswered = Event<
  'ApprovalAnswered',
  Pick<
    AnswerApproval['data'],
    | 'authorization'
    | 'owner'
    | 'app'
    | 'requestedAt'
    | 'session'
    | 'device'
    | 'challenge'
    | 'challengeExpiresAt'
    | 'step'
  > &
    (
      | { answer: 'approve'; reason: null; factor: string; factorKind: FactorKind }
      | { answer: 'deny'; reason: string; factor: null; factorKind: null }
    )
>

/** One approval more, with which it is `complete` or not yet. */
export type AuthorizationApproved = Event<
  'AuthorizationApproved',
  { authorization: Authorization; approval: Approval; complete: boolean }
>

/** An approver has too many questions open to be asked this one. */
export type ApproverUnreachable = Event<'ApproverUnreachable', { authorization: string; approver: string }>

/** It was refused for good: by an approver or the owner, or (`by` is null) because too few approvers could be asked. */
export type AuthorizationDenied = Event<
  'AuthorizationDenied',
  { authorization: Authorization; by: string | null; reason: string }
>

/** It was used, for the first and last time. */
export type AuthorizationConsumed = Event<'AuthorizationConsumed', { authorization: Authorization }>

/** Everything that can have happened to authorizations. */
export type AuthorizationEvent =
  | AuthorizationRequested
  | ApproverPrompted
  | PromptClosed
  | ApprovalAnswered
  | AuthorizationApproved
  | ApproverUnreachable
  | AuthorizationDenied
  | AuthorizationConsumed
