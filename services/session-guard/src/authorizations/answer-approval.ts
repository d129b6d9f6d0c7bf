import { problem } from '@watchword/service-kit'
import { recordId, whyClosed, whyNotApprover } from '@watchword/session-lock'
import type { Answer, CommandBody, CommandOrigin } from '../commands/commands.ts'
import { isBare, lastDay } from '../commands/past-answers.ts'
import type { GuardParts } from '../guard-parts.ts'
import { refusalOf } from '../http/refusal.ts'
import type { Reply } from '../http/reply.ts'
import { untilVisible } from '../view/until-visible.ts'
import type { AskedApproval } from './asked-approval.ts'
import { decided } from './decided.ts'
import { provenApproval } from './proven-approval.ts'

type Answered = Extract<CommandBody, { type: 'approval-answered' }>['data']

/**
 * Sends what was found of an approver's answer to the fold of the approver, which uses the factor, and waits for what the fold of the
 * owner makes of it; the stage itself brings it from one to the other.
 */
export async function answerApproval(parts: GuardParts, asked: AskedApproval, origin: CommandOrigin): Promise<Reply> {
  const { commands, pastAnswers, clock, config, metrics } = parts
  const { tenant, authorization, approver } = asked
  const data = answeredBy(parts, asked)
  const record = commands.expect(recordId(origin.commandId))
  const body = { type: 'approval-answered', data } as const
  const { answer, isFirst } = await decided(parts, { tenant, user: approver.user }, body, origin).catch(
    (error: unknown) => {
      record.release()
      throw error
    },
  )
  const isAnswered = answer.events.some(({ type }) => type === 'approval-answered')
  if (!isFirst || !isAnswered) record.release()
  const failure = answer.events.find(({ type }) => type === 'verification-failed')
  if (failure?.type === 'verification-failed') {
    metrics.challengeAnswered('totp', 'failed')
    throw problem('verification-failed', { extensions: { attemptsLeft: failure.data.attemptsLeft } })
  }
  if (!isAnswered) throw problem('conflict')
  const said = isFirst
    ? await record.answer
    : await pastAnswers.find(tenant, authorization.owner, recordId(origin.commandId), lastDay(clock.now()))
  if (said === undefined) throw problem('timed-out')
  const last = said.events.at(-1)
  if (last?.type === 'command-refused') throw refusalOf(last.data, clock.now())
  if (data.answer === 'approve') metrics.challengeAnswered('totp', 'passed')
  // What changed nothing has no version of its own to wait for.
  if (!isBare(said)) await untilVisible(parts, tenant, authorization.owner, said.version, config.answerWithinMs)
  return { status: 200, body: outcomeOf(parts, asked, said) }
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

type Outcome = Readonly<{ id: string; status: string; approvals: number; quorum: number }>

function outcomeOf({ view }: GuardParts, { tenant, authorization }: AskedApproval, { events }: Answer): Outcome {
  const { id, quorum, approvals } = authorization
  for (const { type, data } of events) {
    if (type === 'authorization-approved')
      return { id, status: data.complete ? 'approved' : 'pending', approvals: data.approvals, quorum }
    if (type === 'authorization-denied') return { id, status: 'denied', approvals: approvals.length, quorum }
  }
  // It was approved already, by the same person or by enough others.
  const known = view.authorizationById(tenant, id)?.authorization
  if (known === undefined) throw problem('not-found')
  return { id, status: known.status, approvals: known.approvals.length, quorum }
}
