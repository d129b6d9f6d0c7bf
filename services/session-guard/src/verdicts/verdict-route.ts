import { keyGate } from '@watchword/access'
import type { HttpServer } from '@watchword/service-kit'
import type { GuardParts } from '../guard-parts.ts'
import { lockJson } from '../http/lock-json.ts'
import { createOperatorCommands } from '../operator/operator-commands.ts'
import { verdictCommand, verdictLock } from './verdict-command.ts'
import { verdictSchema } from './verdict-schema.ts'

/** `POST /v1/verdicts`: what operators say of judgements; scope `operate`, in the log with the id of the key. */
export function registerVerdictRoute(app: HttpServer, parts: GuardParts): void {
  const { access } = parts
  const { security, onRequest, whoOf } = keyGate(access, 'operate')
  const { decide, acknowledged, perform } = createOperatorCommands(parts)

  app.post('/v1/verdicts', { schema: { ...verdictSchema, security }, onRequest }, async (request, reply) => {
    const caller = whoOf(request)
    const { assessment, verdict, note = null } = request.body
    const { tenant, keyId: operator } = caller
    const saying = { verdict, by: 'operator', operator, note, ticket: null, ticketExpiresAt: null } as const
    const answer = await perform(request, caller, async (origin) => {
      const { user, body } = await verdictCommand(parts, tenant, assessment, saying)
      const decided = await decide(caller, user, body, origin)
      if (verdict !== 'confirmed-compromised') return { status: 200, body: { assessment, user, verdict } }
      const lock = verdictLock(parts, tenant, user, decided)
      await acknowledged()
      return { status: 200, body: { assessment, user, verdict, ...(lock && { lock: lockJson(lock) }) } }
    })
    return reply.code(answer.status).send(answer.body)
  })
}
