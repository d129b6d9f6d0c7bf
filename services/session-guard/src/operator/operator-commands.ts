import type { Caller } from '@watchword/access'
import { traceparentOf } from '@watchword/service-kit'
import type { FastifyRequest } from 'fastify'
import type { Answer, CommandBody, CommandOrigin } from '../commands/commands.ts'
import { isRepeatable } from '../commands/idempotency.ts'
import { isBare, lastDay } from '../commands/past-answers.ts'
import type { GuardParts } from '../guard-parts.ts'
import { refusalOf } from '../http/refusal.ts'
import type { Reply } from '../http/reply.ts'
import { pause, untilVisible } from '../view/until-visible.ts'

type Parts = Pick<GuardParts, 'view' | 'commands' | 'pastAnswers' | 'idempotency' | 'clock' | 'config' | 'logger'>

/** How operators' commands are sent: each in the log with the id of the key, and answered when it is visible here. */
export type OperatorCommands = Readonly<{
  /** What the fold made of it, also of a repeated one; throws for a refusal. */
  decide: (caller: Caller, user: string, body: CommandBody, origin: CommandOrigin) => Promise<Answer>
  /** Resolves after the largest freshness bound of any replica: nobody admits any more. */
  acknowledged: () => Promise<void>
  /** Gives a repeated request the first answer. */
  perform: (request: FastifyRequest, caller: Caller, work: (origin: CommandOrigin) => Promise<Reply>) => Promise<Reply>
}>

export function createOperatorCommands(parts: Parts): OperatorCommands {
  const { commands, pastAnswers, idempotency, clock, config, logger } = parts
  return {
    async decide(caller, user, body, origin) {
      const { tenant } = caller
      const { commandId } = origin
      const sent = await commands.send(tenant, user, body, origin)
      // What changed nothing now may have been obeyed before.
      const isKnown = isRepeatable(commandId) && isBare(sent)
      const past = isKnown ? await pastAnswers.find(tenant, user, commandId, lastDay(clock.now())) : undefined
      const answer = past ?? sent
      const refused = answer.events.at(-1)
      if (refused?.type === 'command-refused') throw refusalOf(refused.data, clock.now())
      logger.info({ keyId: caller.keyId, commandId, command: body.type }, 'operator command')
      if (changesLocks(answer)) await untilVisible(parts, tenant, user, answer.version, config.answerWithinMs)
      return answer
    },

    acknowledged: () => pause(clock, config.acknowledgeAfterMs),

    perform(request, caller, work) {
      const traceparent = traceparentOf(request)
      const route = `${request.method} ${request.routeOptions.url ?? ''}`
      return idempotency.answer({ tenant: caller.tenant, caller: caller.keyId, route }, request, {
        perform: (commandId) => work({ commandId, traceparent }),
      })
    },
  }
}

function changesLocks(answer: Answer): boolean {
  return answer.events.some((event) => event.type !== 'command-accepted' && event.type !== 'ticket-accepted')
}
