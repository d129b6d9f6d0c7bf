import type { Answer, CommandBody, CommandOrigin } from './commands.ts'
import { isRepeatable } from './idempotency.ts'
import { isBare, lastDay } from './past-answers.ts'
import type { GuardParts } from '../guard-parts.ts'
import type { Owner } from '../lock-stage/lock-record.ts'
import { refusalOf } from '../http/refusal.ts'

/** What the fold answers to a command, or answered when the same request was made before; throws its refusal. */
export async function decided(
  { commands, pastAnswers, clock }: Pick<GuardParts, 'commands' | 'pastAnswers' | 'clock'>,
  { tenant, user }: Owner,
  body: CommandBody,
  origin: CommandOrigin,
): Promise<Readonly<{ answer: Answer; isFirst: boolean }>> {
  const { commandId } = origin
  const sent = await commands.send(tenant, user, body, origin)
  // What changed nothing now may have been obeyed before.
  const isKnown = isRepeatable(commandId) && isBare(sent)
  const past = isKnown ? await pastAnswers.find(tenant, user, commandId, lastDay(clock.now())) : undefined
  const answer = past ?? sent
  const last = answer.events.at(-1)
  if (last?.type === 'command-refused') throw refusalOf(last.data, clock.now())
  return { answer, isFirst: past === undefined }
}
