import { problem } from '@watchword/service-kit'
import { recordId, whyClosed, whyNotApprover } from '@watchword/session-lock'
import type { CommandBody, CommandOrigin } from '../commands/commands.ts'
import type { GuardParts } from '../guard-parts.ts'
import { refusalOf } from '../http/refusal.ts'
import type { Reply } from '../http/reply.ts'
import { approvalReply, pastRecord } from './approval-reply.ts'
import type { AskedApproval } from './asked-approval.ts'
import { decided } from './decided.ts'
import { provenApproval } from './proven-approval.ts'

type Answered = Extract<CommandBody, { type: 'approval-answered' }>['data']

/**
 * Sends what was found of an approver's answer to the fold of the approver, which uses the factor, and waits for what the fold of the
 * owner makes of it; the stage itself brings it from one to the other.
 */
export async function answerApproval(parts: GuardParts, asked: AskedApproval, origin: CommandOrigin): Promise<Reply> {
  const { tenant, approver } = asked
  const { commandId } = origin
  const data = answeredBy(parts, asked)
  const record = parts.commands.expect(recordId(commandId))
  const body = { type: 'approval-answered', data } as const
  const { answer, isFirst } = await decided(parts, { tenant, user: approver.user }, body, origin).catch(
    (error: unknown) => {
      record.release()
      throw error
    },
  )
  const willCome = isFirst && answer.events.some(({ type }) => type === 'approval-answered')
  if (!willCome) record.release()
  const command = { tenant, approver: approver.user, commandId }
  return approvalReply(parts, command, answer, (owner) =>
    willCome ? record.answer : pastRecord(parts, command, owner),
  )
}

function answeredBy(parts: GuardParts, asked: AskedApproval): Answered {
  const { authorization, approver, body } = asked
  const { id, owner, app, approvers, requestedAt } = authorization
  const now = parts.clock.now()
  // The owner may take back what they asked for; approve it may only who was asked.
  const isWithdrawn = body.answer === 'deny' && approver.user === owner
  const refusal = whyClosed(authorization, now) ?? (isWithdrawn ? null : whyNotApprover(authorization, approver))
  if (refusal !== null) throw refusalOf({ command: 'AnswerApproval', refusal, retryAt: null }, now)
  const head = {
    authorization: id,
    owner,
    app,
    prompted: approvers.length > 0 && !isWithdrawn,
    requestedAt,
    session: approver.session,
    device: approver.device,
  }
  if (body.answer !== 'deny') return { ...head, answer: 'approve', reason: null, ...provenApproval(parts, asked) }
  if (body.reason === undefined) throw problem('invalid', { errors: [{ pointer: '/reason', detail: 'is needed' }] })
  return { ...head, answer: 'deny', reason: body.reason, ...nothingProven }
}

const nothingProven = {
  challenge: null,
  challengeExpiresAt: null,
  factor: null,
  passed: false,
  step: null,
  numberMatched: false,
} as const
