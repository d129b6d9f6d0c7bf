import { keyGate, userOf } from '@watchword/access'
import type { HttpServer } from '@watchword/service-kit'
import type { GuardParts } from '../guard-parts.ts'
import { createOperatorCommands } from './operator-commands.ts'
import { profileResetSchema } from './operator-schemas.ts'

/** `POST /v1/users/{user}/profile/reset`: the scorer forgets what it has learned of the user; scope `operate`, in the log with the id of the key. */
export function registerProfileResetRoute(app: HttpServer, parts: GuardParts): void {
  const { access } = parts
  const { security, onRequest, whoOf } = keyGate(access, 'operate')
  const { decide, perform } = createOperatorCommands(parts)

  app.post(
    '/v1/users/:user/profile/reset',
    { schema: { ...profileResetSchema, security }, onRequest },
    async (request, reply) => {
      const caller = whoOf(request)
      const user = userOf(request.params.user, '/path/user', access.userNamesOf(caller.tenant))
      const data = { reason: request.body.reason, operator: caller.keyId }
      const answer = await perform(request, caller, async (origin) => {
        await decide(caller, user, { type: 'profile-reset', data }, origin)
        return { status: 200, body: { user } }
      })
      return reply.code(answer.status).send(answer.body)
    },
  )
}
