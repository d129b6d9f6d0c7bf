import type { Caller } from '@watchword/access'
import { problem } from '@watchword/service-kit'
import { promptId } from '@watchword/session-lock'
import type { Answer, CommandOrigin } from '../commands/commands.ts'
import type { GuardParts } from '../guard-parts.ts'
import { isoTime } from '../http/lock-json.ts'
import { refusalOf } from '../http/refusal.ts'
import type { Reply } from '../http/reply.ts'
import { untilVisible } from '../view/until-visible.ts'
import { authorizationIdOf, type AuthorizationRequest } from './authorization-request.ts'
import { decided } from '../commands/decided.ts'
import { matchingNumber } from './matching-number.ts'

/** Asks the fold of the owner, and waits until the approvers are asked: one who has too many questions open is not. */
export async function requestAuthorization(
  parts: GuardParts,
  { tenant }: Caller,
  { user, data }: AuthorizationRequest,
  origin: CommandOrigin,
): Promise<Reply> {
  const { commands, config, numberKey } = parts
  const id = authorizationIdOf(tenant, origin.commandId)
  const prompts = data.approvers.map((_, index) => commands.expect(promptId(origin.commandId, index)))
  const release = (): void => prompts.forEach((prompt) => prompt.release())
  const body = { type: 'authorization-requested', data: { authorization: id, ...data } } as const
  const { answer, isFirst } = await decided(parts, { tenant, user }, body, origin).catch((error: unknown) => {
    release()
    throw error
  })
  const requested = answer.events.find(({ type }) => type === 'authorization-requested')
  if (!isFirst || requested?.type !== 'authorization-requested') release()
  if (requested?.type !== 'authorization-requested') throw problem('conflict')
  if (isFirst) await untilAsked(parts, data.quorum, prompts)
  await untilVisible(parts, tenant, user, answer.version, config.answerWithinMs)
  const { parametersHash, expiresAt } = requested.data
  const number = matchingNumber(numberKey, tenant, id)
  return { status: 201, body: { id, status: 'pending', parametersHash, number, expiresAt: isoTime(expiresAt) } }
}

async function untilAsked(
  { clock }: Pick<GuardParts, 'clock'>,
  quorum: number,
  prompts: readonly Readonly<{ answer: Promise<Answer | undefined> }>[],
): Promise<void> {
  const answers = await Promise.all(prompts.map(({ answer }) => answer))
  const refused = answers.flatMap((answer) => {
    const last = answer?.events.at(-1)
    return last?.type === 'command-refused' ? [last.data] : []
  })
  const soonest = refused.toSorted((a, b) => (a.retryAt ?? 0) - (b.retryAt ?? 0))[0]
  if (soonest !== undefined && prompts.length - refused.length < quorum) throw refusalOf(soonest, clock.now())
  if (answers.includes(undefined)) throw problem('timed-out')
}
