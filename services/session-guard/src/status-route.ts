import type { Caller } from '@watchword/access'
import { type HttpServer, problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import type { GuardParts } from './guard-parts.ts'
import { isoTime, lockJson } from './lock-json.ts'
import { idSchema, userOf, userSchema } from './user-param.ts'
import { standingOf } from './user-standing.ts'

type Parts = Pick<GuardParts, 'access' | 'view' | 'freshness' | 'clock' | 'sessionOwners'>

/** `GET /v1/users/{user}/status`: how a user stands, or `catching-up` while this replica cannot know. */
export function registerStatusRoute(app: HttpServer, parts: Parts): void {
  const { access, view, freshness, clock, sessionOwners } = parts
  const schema = {
    params: Type.Object({ user: userSchema }),
    querystring: Type.Object(
      { session: Type.Optional(idSchema), device: Type.Optional(idSchema) },
      { additionalProperties: false },
    ),
  }
  // Locks know nothing of a session that was never locked or verified; its judged activities do.
  function isOwn({ tenant, app: appId }: Caller, user: string, session: string | undefined): boolean {
    return session !== undefined && sessionOwners.ownerOf(tenant, appId, session) === user
  }

  app.get('/v1/users/:user/status', { schema }, async (request, reply) => {
    const caller = access.authenticate(request.headers.authorization, 'check')
    const user = userOf(request.params.user, '/path/user')
    const { session, device } = request.query
    if (!(await freshness.isKnown(caller.tenant, user))) throw problem('catching-up')
    const now = clock.now()
    const state = view.lockState(caller.tenant, user)
    const standing = standingOf(state, { app: caller.app, session, device }, now)
    return reply.header('cache-control', 'no-store').send({
      user,
      ...(session === undefined ? {} : { session }),
      mfaVerified: standing.mfaVerified,
      locked: standing.locked,
      ...(standing.lock === null ? {} : { lock: lockJson(standing.lock) }),
      ...(standing.verifiedUntil === null ? {} : { verifiedUntil: isoTime(standing.verifiedUntil) }),
      sessionState:
        standing.sessionState === 'unknown' && isOwn(caller, user, session) ? 'active' : standing.sessionState,
      asOf: isoTime(now - view.ageMs()),
    })
  })
}
