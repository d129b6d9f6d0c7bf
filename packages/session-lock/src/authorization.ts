import type { FactorKind } from './factor-kind.ts'

/** What is to be done: a kind of action, and what it is done to. */
export type AuthorizedAction = Readonly<{ type: string; resource: string }>

/** Somebody who approved, with what proved them. */
export type Approval = Readonly<{ user: string; factorKind: FactorKind; at: number }>

/** How far an authorization has come. Being over is no status: `expiresAt` says it, and nothing opens by waiting. */
export type AuthorizationOutcome =
  | Readonly<{ status: 'pending' }>
  | Readonly<{ status: 'approved' | 'consumed'; at: number }>
  /** `by` is null where too few approvers could be asked. */
  | Readonly<{ status: 'denied'; at: number; by: string | null; reason: string }>

/** An action of a user that needs approval; kept by the owner, the user who is to do it. */
export type Authorization = Readonly<{
  id: string
  owner: string
  app: string
  session: string
  device: string | null
  action: AuthorizedAction
  /** Canonical JSON; null once it is decided or over. */
  parameters: string | null
  parametersHash: string
  /** The owner alone, or other people. */
  approver: 'owner' | 'supervisor'
  /** Who is asked; nobody: whoever the app vouches for. */
  approvers: readonly string[]
  quorum: number
  factors: readonly FactorKind[]
  requestedAt: number
  expiresAt: number
  approvals: readonly Approval[]
  /** Of the approvers, those who have too many questions open. */
  unreachable: readonly string[]
  outcome: AuthorizationOutcome
}>

/** A question to an approver; kept by the approver. One that is closed is remembered, so that no copy of it asks again. */
export type ApprovalPrompt = Readonly<{
  authorization: string
  owner: string
  app: string
  action: AuthorizedAction
  parametersHash: string
  requestedAt: number
  expiresAt: number
  promptedAt: number
  isOpen: boolean
}>

/** What a user wants to do, and what a user is asked to approve. */
export type Authorizations = Readonly<{ owned: readonly Authorization[]; prompts: readonly ApprovalPrompt[] }>

/** Of somebody who wants nothing and is asked nothing. */
export const noAuthorizations: Authorizations = { owned: [], prompts: [] }

/** Whether it can still come to something. */
export function isOpen({ outcome, expiresAt }: Authorization, at: number): boolean {
  return (outcome.status === 'pending' || outcome.status === 'approved') && at < expiresAt
}
