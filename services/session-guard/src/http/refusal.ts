import type { SessionRecord } from '@watchword/contracts'
import { type ProblemCode, type ProblemError, problem } from '@watchword/service-kit'

type Refused = Extract<SessionRecord['body'], { type: 'command-refused' }>['data']

const codes: Readonly<Record<string, ProblemCode>> = {
  'too-many-attempts': 'too-many-requests',
  'too-many-uses': 'too-many-requests',
  'stale-challenge': 'stale-challenge',
  'factor-not-active': 'verification-failed',
  'factor-not-pending': 'conflict',
  'factor-not-allowed': 'verification-failed',
  'factor-too-new': 'verification-failed',
  'factor-exists': 'duplicate-factor',
  'too-many-factors': 'conflict',
  locked: 'locked',
  'ticket-needed': 'locked',
  'ticket-used': 'invalid-credentials',
  'ticket-expired': 'invalid-credentials',
  'stale-version': 'stale-version',
  'too-many-authorizations': 'too-many-requests',
  'too-many-prompts': 'too-many-requests',
  'unknown-authorization': 'not-found',
  'authorization-pending': 'approval-pending',
  'authorization-denied': 'approval-denied',
  'authorization-consumed': 'already-consumed',
  'authorization-expired': 'expired',
  'parameters-changed': 'parameters-changed',
  'self-approval': 'self-approval',
  'not-an-approver': 'not-an-approver',
}

/** The problem that a refusal of the lock stage is answered with; `retryAt` becomes `Retry-After`. */
export function refusalOf({ refusal, retryAt }: Refused, now: number): ProblemError {
  const code = codes[refusal] ?? 'conflict'
  if (retryAt === null) return problem(code)
  return problem(code, { headers: { 'retry-after': String(Math.max(1, Math.ceil((retryAt - now) / 1000))) } })
}
