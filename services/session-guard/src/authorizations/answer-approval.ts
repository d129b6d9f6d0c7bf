import { type FactorKind, recordId, whyClosed, whyNotApprover } from '@watchword/session-lock'
import type { Answer, CommandBody, CommandOrigin } from '../commands/commands.ts'
import type { GuardParts } from '../guard-parts.ts'
import { refusalOf } from '../http/refusal.ts'
import type { Reply } from '../http/reply.ts'
import { approvalReply, pastRecord } from './approval-reply.ts'
import type { AskedApproval } from './asked-approval.ts'
import { decided } from '../commands/decided.ts'
import { provenApproval } from './proven-approval.ts'
import { invalid } from '../http/invalid.ts'

type Answered = Extract<CommandBody, { type: 'approval-answered' }>['data']

/**
 * Sends what was found of an approver's answer to the fold of the approver, which uses the factor, and waits for what the fold of the
 * owner makes of it; the stage itself brings it from one to the other.
 */
export async function answerApproval(parts: GuardParts, asked: AskedApproval, origin: CommandOrigin): Promise<Reply> {
  const { tenant, approver } = asked
  const { commandId } = origin
  const { kind, data } = await answeredBy(parts, asked)
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
  count(parts, kind, answer)
  const command = { tenant, approver: approver.user, commandId }
  return approvalReply(parts, command, answer, (owner) =>
    willCome ? record.answer : pastRecord(parts, command, owner),
  )
}

/** What became of the factor, for the metrics. */
function count({ metrics }: GuardParts, kind: FactorKind | null, { events }: Answer): void {
  if (kind === null) return
  for (const { type } of events) {
    if (type === 'verification-failed') metrics.challengeAnswered(kind, 'failed')
    if (type === 'approval-answered') metrics.challengeAnswered(kind, 'passed')
  }
}

async function answeredBy(
  parts: GuardParts,
  asked: AskedApproval,
): Promise<Readonly<{ kind: FactorKind | null; data: Answered }>> {
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
  if (body.answer !== 'deny') {
    const { kind, proof } = await provenApproval(parts, asked)
    return { kind, data: { ...head, answer: 'approve', reason: null, ...proof } }
  }
  if (body.reason === undefined) throw invalid('/reason', 'is needed')
  return { kind: null, data: { ...head, answer: 'deny', reason: body.reason, ...nothingProven } }
}

const nothingProven = {
  challenge: null,
  challengeExpiresAt: null,
  factor: null,
  passed: false,
  fault: null,
  step: null,
  numberMatched: false,
} as const
