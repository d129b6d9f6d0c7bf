import { type Caller, keyGate } from '@watchword/access'
import type { Lock } from '@watchword/contracts'
import { lockPolicyOf } from '@watchword/policy'
import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import type { FastifyRequest } from 'fastify'
import type { Answer, CommandBody, CommandOrigin } from '../commands/commands.ts'
import type { GuardParts } from '../guard-parts.ts'
import { isRepeatable } from '../commands/idempotency.ts'
import { lockJson } from '../http/lock-json.ts'
import { lockSchema, sessionEndSchema, unlockSchema } from './operator-schemas.ts'
import { isBare, lastDay } from '../commands/past-answers.ts'
import { refusalOf } from '../http/refusal.ts'
import type { Reply } from '../http/reply.ts'
import { pause, untilChangeVisible } from '../view/until-visible.ts'
import { userOf } from '../http/user-param.ts'

type Parts = Pick<
  GuardParts,
  | 'access'
  | 'policies'
  | 'view'
  | 'commands'
  | 'pastAnswers'
  | 'idempotency'
  | 'clock'
  | 'config'
  | 'logger'
  | 'sessionOwners'
>

/** What operators do to locks and sessions; scope `operate`, in the log with the id of the key. */
export function registerOperatorRoutes(app: HttpServer, parts: Parts): void {
  const { access, policies, view, commands, pastAnswers, idempotency, clock, config, logger, sessionOwners } = parts
  const { security, onRequest, whoOf } = keyGate(access, 'operate')

  async function decide(caller: Caller, user: string, body: CommandBody, origin: CommandOrigin): Promise<Answer> {
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
    await untilChangeVisible(parts, tenant, user, answer)
    return answer
  }

  /** Durable and visible here; after the largest freshness bound of any replica nobody admits any more. */
  const acknowledged = (): Promise<void> => pause(clock, config.acknowledgeAfterMs)

  function perform(
    request: FastifyRequest,
    caller: Caller,
    work: (origin: CommandOrigin) => Promise<Reply>,
  ): Promise<Reply> {
    const traceparent = traceparentOf(request)
    const route = `${request.method} ${request.routeOptions.url ?? ''}`
    return idempotency.answer({ tenant: caller.tenant, caller: caller.keyId, route }, request, {
      perform: (commandId) => work({ commandId, traceparent }),
    })
  }

  app.post('/v1/users/:user/lock', { schema: { ...lockSchema, security }, onRequest }, async (request, reply) => {
    const caller = whoOf(request)
    const user = userOf(request.params.user, '/path/user')
    const { session = null, app: named } = request.body
    if (named !== undefined && access.appOf(caller.tenant, named) === undefined)
      throw problem('invalid', { errors: [{ pointer: '/app', detail: 'is no app of this tenant' }] })
    const appId = session === null ? (named ?? null) : (named ?? caller.app)
    const policy = lockPolicyOf(policies.inForce(caller.tenant).source)
    const data = { reason: request.body.reason, operator: caller.keyId, app: appId, session, policy }
    const answer = await perform(request, caller, async (origin) => {
      const { events } = await decide(caller, user, { type: 'operator-lock', data }, origin)
      const lock = lockMadeBy(events) ?? operatorLock(view.lockState(caller.tenant, user)?.locks ?? [], appId, session)
      await acknowledged()
      return { status: 200, body: lock === undefined ? {} : { lock: lockJson(lock) } }
    })
    return reply.code(answer.status).send(answer.body)
  })

  app.post('/v1/users/:user/unlock', { schema: { ...unlockSchema, security }, onRequest }, async (request, reply) => {
    const caller = whoOf(request)
    const user = userOf(request.params.user, '/path/user')
    const { lock = null, version = null } = request.body
    const data = { reason: request.body.reason, operator: caller.keyId, lock, version }
    const answer = await perform(request, caller, async (origin) => {
      const { events } = await decide(caller, user, { type: 'operator-unlock', data }, origin)
      const unlocked = events.flatMap((event) => (event.type === 'session-unlocked' ? [event.data.lock] : []))
      return { status: 200, body: { unlocked } }
    })
    return reply.code(answer.status).send(answer.body)
  })

  // Locks are kept by user: who does not name the user gets the one whose activities were judged in the session.
  app.delete(
    '/v1/sessions/:session',
    { schema: { ...sessionEndSchema, security }, onRequest },
    async (request, reply) => {
      const caller = whoOf(request)
      const { session } = request.params
      const named = request.query.user ?? sessionOwners.ownerOf(caller.tenant, caller.app, session)
      if (named === undefined)
        throw problem('not-found', { detail: 'Nothing is known of this session; name its user with ?user=.' })
      const user = userOf(named, '/query/user')
      const data = {
        app: caller.app,
        session,
        reason: request.query.reason ?? 'ended by the app',
        operator: caller.keyId,
      }
      const answer = await perform(request, caller, async (origin) => {
        await decide(caller, user, { type: 'session-end', data }, origin)
        await acknowledged()
        return { status: 204, body: null }
      })
      return reply.code(answer.status).send()
    },
  )
}

function lockMadeBy(events: Answer['events']): Lock | undefined {
  return events.flatMap(({ type, data }) =>
    type === 'session-locked' || type === 'lock-extended' ? [data.lock] : [],
  )[0]
}

/** The lock that now keeps the operator's target: the one on it, or the one on the whole user. */
function operatorLock(locks: readonly Lock[], app: string | null, session: string | null): Lock | undefined {
  const exact = locks.find(
    (lock) => session !== null && lock.scope === 'session' && lock.app === app && lock.session === session,
  )
  return exact ?? locks.find((lock) => lock.scope === 'user')
}
