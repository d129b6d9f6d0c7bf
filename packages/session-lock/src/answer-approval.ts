import { accept, refuse } from '@watchword/decider'
import { countsWhileBlocked, failed, isBlocked } from './attempts.ts'
import type { AnswerApproval, PromptApprover } from './authorization-commands.ts'
import { promptRoomAt } from './authorization-limits.ts'
import type { LockDecision } from './events.ts'
import { ATTEMPTS_ALLOWED_DEFAULT } from './limits.ts'
import { mayAct } from './may-act.ts'
import { challengeUse, hasRoom, isUsed } from './single-use.ts'
import type { Factor, UserLocks } from './state.ts'
import { useStep, usedReason } from './step.ts'
import { takenBy } from './taken-challenge.ts'

/** Asks an approver, once and within limits, or takes a question back. */
export function promptApprover({ at, data }: PromptApprover, state: UserLocks): LockDecision {
  const { open, ...question } = data
  const { authorization, owner, app, expiresAt } = question
  const known = state.authorizations.prompts.find((one) => one.authorization === authorization)
  if (!open)
    return known?.isOpen === true ? accept({ type: 'PromptClosed', at, data: { authorization, owner, app } }) : accept()
  if (known !== undefined) return accept()
  if (at >= expiresAt) return refuse('authorization-expired')
  if (promptRoomAt(state, at) !== null) return refuse('too-many-prompts')
  return accept({ type: 'ApproverPrompted', at, data: { prompt: { ...question, promptedAt: at, isOpen: true } } })
}

/** Judges an approver's answer by what only the approver's own state knows: the factor, the attempts, the question. */
export function answerApproval({ at, data }: AnswerApproval, state: UserLocks): LockDecision {
  const { authorization, owner, app, requestedAt, session, device, challenge, challengeExpiresAt, step } = data
  if (data.prompted && !isAsked(state, authorization)) return refuse('not-an-approver')
  const head = { authorization, owner, app, requestedAt, session, device, challenge, challengeExpiresAt, step }
  if (data.answer === 'deny') {
    const no = { answer: 'deny', reason: data.reason ?? '', factor: null, factorKind: null } as const
    return accept({ type: 'ApprovalAnswered', at, data: { ...head, ...no } })
  }
  const factor = state.factors.find((one) => one.id === data.factor && one.status === 'active')
  // A number can be guessed.
  if (isBlocked(state, at) && !countsWhileBlocked(factor, data.passed && data.numberMatched))
    return refuse('too-many-attempts')
  if (challenge === null || challengeExpiresAt === null || at >= challengeExpiresAt) return refuse('stale-challenge')
  if (isUsed(state, challengeUse(challenge))) return refuse('stale-challenge')
  if (!hasRoom(state)) return refuse('too-many-uses')
  if (!mayAct(state, { app, session, device }, at)) return refuse('locked')

  if (factor === undefined) return refuse('factor-not-active')
  // Who has stolen the approver's session must not enrol a factor and then approve with it.
  if (factor.activatedAt === null || factor.activatedAt > requestedAt) return refuse('factor-too-new')
  const wrong = whatIsWrong(data, factor)
  const attemptsAllowed = ATTEMPTS_ALLOWED_DEFAULT
  const taken = takenBy(factor, challenge, challengeExpiresAt)
  if (wrong !== null)
    return accept(...failed(state, at, { lock: null, factor: factor.id, reason: wrong, taken, attemptsAllowed }))
  const yes = { answer: 'approve', reason: null, factor: factor.id, factorKind: factor.kind } as const
  return accept({ type: 'ApprovalAnswered', at, data: { ...head, ...yes } })
}

function isAsked({ authorizations }: UserLocks, authorization: string): boolean {
  return authorizations.prompts.some((one) => one.authorization === authorization && one.isOpen)
}

function whatIsWrong({ passed, numberMatched, step, fault }: AnswerApproval['data'], factor: Factor): string | null {
  if (!passed) return fault ?? 'wrong-answer'
  if (!numberMatched) return 'wrong-number'
  return useStep(factor, step).status === 'used' ? usedReason(factor) : null
}
