import { problem } from '@watchword/service-kit'
import { recordId } from '@watchword/session-lock'
import type { Answer } from '../commands/commands.ts'
import { isBare, lastDay } from '../commands/past-answers.ts'
import type { GuardParts } from '../guard-parts.ts'
import { refusalOf } from '../http/refusal.ts'
import type { Reply } from '../http/reply.ts'
import { untilVisible } from '../view/until-visible.ts'

type Parts = Pick<GuardParts, 'view' | 'clock' | 'config' | 'pastAnswers'>

/** Which answer of which approver it was. */
export type ApprovalCommand = Readonly<{ tenant: string; approver: string; commandId: string }>

/** What the first request of this command was answered with, from the log; undefined when there was none. */
export async function recalledApproval(parts: Parts, command: ApprovalCommand): Promise<Reply | undefined> {
  const { tenant, approver, commandId } = command
  const past = await parts.pastAnswers.find(tenant, approver, commandId, lastDay(parts.clock.now()))
  return past && approvalReply(parts, command, past, (owner) => pastRecord(parts, command, owner))
}

/** What the fold of the owner made of an answer that was given before. */
export function pastRecord(
  { pastAnswers, clock }: Parts,
  { tenant, commandId }: ApprovalCommand,
  owner: string,
): Promise<Answer | undefined> {
  return pastAnswers.find(tenant, owner, recordId(commandId), lastDay(clock.now()))
}

/** The reply to what both folds say: `answer` is the approver's, `recordOf` the owner's. Throws their refusals. */
export async function approvalReply(
  parts: Parts,
  { tenant }: ApprovalCommand,
  answer: Answer,
  recordOf: (owner: string) => Promise<Answer | undefined>,
): Promise<Reply> {
  const { clock, config } = parts
  for (const { type, data } of answer.events) {
    if (type === 'command-refused') throw refusalOf(data, clock.now())
    if (type === 'verification-failed')
      throw problem('verification-failed', { extensions: { attemptsLeft: data.attemptsLeft } })
    if (type !== 'approval-answered') continue
    const record = await recordOf(data.owner)
    if (record === undefined) throw problem('timed-out')
    const last = record.events.at(-1)
    if (last?.type === 'command-refused') throw refusalOf(last.data, clock.now())
    // What changed nothing has no version of its own to wait for.
    if (!isBare(record)) await untilVisible(parts, tenant, data.owner, record.version, config.answerWithinMs)
    return { status: 200, body: outcomeOf(parts, tenant, data.authorization, record) }
  }
  // The fold knew the command, and what it led to is too long ago.
  throw problem('conflict')
}

type Outcome = Readonly<{ id: string; status: string; approvals: number; quorum: number }>

function outcomeOf({ view }: Parts, tenant: string, id: string, { events }: Answer): Outcome {
  const approved = events.find(({ type }) => type === 'authorization-approved')
  if (approved?.type === 'authorization-approved') {
    const { complete, approvals, quorum } = approved.data
    return { id, status: complete ? 'approved' : 'pending', approvals, quorum }
  }
  // It is denied, or was approved already: by the same person or by enough others.
  const known = view.authorizationById(tenant, id)?.authorization
  if (known === undefined) throw problem('not-found')
  return { id, status: known.status, approvals: known.approvals.length, quorum: known.quorum }
}
