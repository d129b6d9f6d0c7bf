import { keyGate, userOf } from '@watchword/access'
import type { Lock } from '@watchword/contracts'
import { lockPolicyOf } from '@watchword/policy'
import { type HttpServer, problem } from '@watchword/service-kit'
import type { Answer } from '../commands/commands.ts'
import type { GuardParts } from '../guard-parts.ts'
import { lockJson } from '../http/lock-json.ts'
import { createOperatorCommands } from './operator-commands.ts'
import { factorsResetSchema, lockSchema, sessionEndSchema, unlockSchema } from './operator-schemas.ts'
import { invalid } from '../http/invalid.ts'

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

/** What operators do to locks, sessions and factors; scope `operate`, in the log with the id of the key. */
export function registerOperatorRoutes(app: HttpServer, parts: Parts): void {
  const { access, policies, view, sessionOwners } = parts
  const { security, onRequest, whoOf } = keyGate(access, 'operate')

  const { decide, acknowledged, perform } = createOperatorCommands(parts)

  app.post('/v1/users/:user/lock', { schema: { ...lockSchema, security }, onRequest }, async (request, reply) => {
    const caller = whoOf(request)
    const user = userOf(request.params.user, '/path/user', access.userNamesOf(caller.tenant))
    const { session = null, app: named } = request.body
    if (named !== undefined && access.appOf(caller.tenant, named) === undefined)
      throw invalid('/app', 'is no app of this tenant')
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
    const user = userOf(request.params.user, '/path/user', access.userNamesOf(caller.tenant))
    const { lock = null, version = null } = request.body
    const data = { reason: request.body.reason, operator: caller.keyId, lock, version }
    const answer = await perform(request, caller, async (origin) => {
      const { events } = await decide(caller, user, { type: 'operator-unlock', data }, origin)
      const unlocked = events.flatMap((event) => (event.type === 'session-unlocked' ? [event.data.lock] : []))
      return { status: 200, body: { unlocked } }
    })
    return reply.code(answer.status).send(answer.body)
  })

  app.post(
    '/v1/users/:user/factors/reset',
    { schema: { ...factorsResetSchema, security }, onRequest },
    async (request, reply) => {
      const caller = whoOf(request)
      const user = userOf(request.params.user, '/path/user', access.userNamesOf(caller.tenant))
      const data = { reason: request.body.reason, operator: caller.keyId }
      const answer = await perform(request, caller, async (origin) => {
        const { events } = await decide(caller, user, { type: 'factors-reset', data }, origin)
        const removed = events.flatMap((event) => (event.type === 'factor-changed' ? [event.data.factor] : []))
        return { status: 200, body: { removed } }
      })
      return reply.code(answer.status).send(answer.body)
    },
  )

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
      const user = userOf(named, '/query/user', access.userNamesOf(caller.tenant))
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
