import type { AuthorizedAction } from './authorization.ts'
import type { Recorded } from './recorded.ts'
import type { FactorKind } from './factor-kind.ts'

/** An app asks that an action of `owner` be approved; to the owner's key. */
export type RequestAuthorization = Recorded<
  'RequestAuthorization',
  {
    authorization: string
    owner: string
    app: string
    session: string
    device: string | null
    action: AuthorizedAction
    parameters: string
    parametersHash: string
    approver: 'owner' | 'supervisor'
    approvers: readonly string[]
    quorum: number
    factors: readonly FactorKind[]
    ttlMs: number
  }
>

/** Of the lock stage to an approver's key: a question is asked, or (not `open`) no longer. */
export type PromptApprover = Recorded<
  'PromptApprover',
  {
    authorization: string
    owner: string
    app: string
    action: AuthorizedAction
    parametersHash: string
    requestedAt: number
    expiresAt: number
    open: boolean
  }
>

/** What the edge found of an approver's answer; to the approver's key, whose factor, attempts and question it uses. */
export type AnswerApproval = Recorded<
  'AnswerApproval',
  {
    authorization: string
    owner: string
    app: string
    /** It counts only if the approver was asked. */
    prompted: boolean
    answer: 'approve' | 'deny'
    reason: string | null
    requestedAt: number
    challenge: string | null
    challengeExpiresAt: number | null
    factor: string | null
    passed: boolean
    step: number | null
    numberMatched: boolean
    /** Why an assertion does not count. */
    fault: string | null
    session: string | null
    device: string | null
  }
>

/** Of the lock stage to the owner's key: what an approver has answered, or that one could not be asked. */
export type RecordApproval = Recorded<
  'RecordApproval',
  {
    authorization: string
    requestedAt: number
    approver: string
    answer: 'approved' | 'denied' | 'unreachable'
    reason: string | null
    factorKind: FactorKind | null
    session: string | null
    device: string | null
  }
>

/** An approved action is about to be done; to the owner's key. `session` and `action` are compared where they are given. */
export type ConsumeAuthorization = Recorded<
  'ConsumeAuthorization',
  {
    authorization: string
    app: string
    session: string | null
    action: AuthorizedAction | null
    parametersHash: string
  }
>

/** Everything that can be asked about authorizations. */
export type AuthorizationCommand =
  | RequestAuthorization
  | PromptApprover
  | AnswerApproval
  | RecordApproval
  | ConsumeAuthorization

/** Why a command about an authorization is refused: stable codes. */
export type AuthorizationRefusal =
  | 'too-many-authorizations'
  | 'too-many-prompts'
  | 'unknown-authorization'
  | 'authorization-pending'
  | 'authorization-denied'
  | 'authorization-consumed'
  | 'authorization-expired'
  | 'parameters-changed'
  | 'self-approval'
  | 'not-an-approver'
