import type { Caller } from '@watchword/access'
import { traceparentOf } from '@watchword/service-kit'
import type { FastifyRequest } from 'fastify'
import type { GuardParts } from '../guard-parts.ts'
import type { Reply } from '../http/reply.ts'
import type { CommandOrigin } from './commands.ts'

/** Does what a backend asks for; a request that it repeats with its `Idempotency-Key` gets the first answer. */
export function performed(
  { idempotency }: Pick<GuardParts, 'idempotency'>,
  request: FastifyRequest,
  { tenant, keyId }: Caller,
  work: (origin: CommandOrigin) => Promise<Reply>,
): Promise<Reply> {
  const traceparent = traceparentOf(request)
  const route = `${request.method} ${request.routeOptions.url ?? ''}`
  return idempotency.answer({ tenant, caller: keyId, route }, request, {
    perform: (commandId) => work({ commandId, traceparent }),
  })
}
