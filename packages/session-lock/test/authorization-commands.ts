import type {
  AnswerApproval,
  ConsumeAuthorization,
  PromptApprover,
  RecordApproval,
  RequestAuthorization,
} from '../src/index.ts'
import { head, MINUTE } from './lock-commands.ts'

const action = { type: 'transfer', resource: '/accounts/1' }

/** Alice asks in session `s-1` for authorization `z-1`; anybody may approve it. */
export function requestAuthorization(
  at: number,
  data: Partial<RequestAuthorization['data']> = {},
): RequestAuthorization {
  return {
    ...head(at),
    type: 'RequestAuthorization',
    data: {
      authorization: 'z-1',
      owner: 'alice',
      app: 'bank',
      session: 's-1',
      device: 'd-alice',
      action,
      parameters: '{"amount":"1.00"}',
      parametersHash: 'hash-1',
      approver: 'supervisor',
      approvers: [],
      quorum: 1,
      factors: ['webauthn', 'totp'],
      ttlMs: 5 * MINUTE,
      ...data,
    },
  }
}

export function promptApprover(at: number, data: Partial<PromptApprover['data']> = {}): PromptApprover {
  const question = { authorization: 'z-1', owner: 'alice', app: 'bank', action, parametersHash: 'hash-1' }
  const times = { requestedAt: at, expiresAt: at + 5 * MINUTE }
  return { ...head(at), type: 'PromptApprover', data: { ...question, ...times, open: true, ...data } }
}

/** The approver says yes with `totp-1`, the code of step `at` and the right number. */
export function answerApproval(at: number, data: Partial<AnswerApproval['data']> = {}): AnswerApproval {
  return {
    ...head(at),
    type: 'AnswerApproval',
    data: {
      authorization: 'z-1',
      owner: 'alice',
      app: 'bank',
      prompted: false,
      answer: 'approve',
      reason: null,
      requestedAt: at - 1,
      challenge: `challenge-${at}`,
      challengeExpiresAt: at + MINUTE,
      factor: 'totp-1',
      passed: true,
      step: at,
      numberMatched: true,
      fault: null,
      session: 's-bob',
      device: 'd-bob',
      ...data,
    },
  }
}

export function recordApproval(at: number, data: Partial<RecordApproval['data']> = {}): RecordApproval {
  const where = { session: null, device: null }
  const bob = { approver: 'bob', answer: 'approved', reason: null, factorKind: 'totp', ...where } as const
  return { ...head(at), type: 'RecordApproval', data: { authorization: 'z-1', requestedAt: 1000, ...bob, ...data } }
}

export function consumeAuthorization(
  at: number,
  data: Partial<ConsumeAuthorization['data']> = {},
): ConsumeAuthorization {
  const same = { session: null, action: null, parametersHash: 'hash-1' }
  return { ...head(at), type: 'ConsumeAuthorization', data: { authorization: 'z-1', app: 'bank', ...same, ...data } }
}
