import type { Caller } from '@watchword/access'
import type { FastifyRequest } from 'fastify'
import type { Answer, CommandBody, CommandOrigin } from '../commands/commands.ts'
import { decided } from '../commands/decided.ts'
import { performed } from '../commands/performed.ts'
import type { GuardParts } from '../guard-parts.ts'
import type { Reply } from '../http/reply.ts'
import { pause, untilChangeVisible } from '../view/until-visible.ts'

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
  const { clock, config, logger } = parts
  return {
    async decide(caller, user, body, origin) {
      const { tenant, keyId } = caller
      const { commandId } = origin
      const { answer } = await decided(parts, { tenant, user }, body, origin)
      logger.info({ keyId, commandId, command: body.type }, 'operator command')
      await untilChangeVisible(parts, tenant, user, answer)
      return answer
    },

    acknowledged: () => pause(clock, config.acknowledgeAfterMs),

    perform: (request, caller, work) => performed(parts, request, caller, work),
  }
}
