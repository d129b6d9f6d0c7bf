import { type Caller, keyGate, userOf } from '@watchword/access'
import { type HttpServer, problem, type RouteDocumentation } from '@watchword/service-kit'
import { classOfFactor } from '@watchword/session-lock'
import { exactNames, userNames } from '@watchword/user-names'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { GuardParts } from '../guard-parts.ts'
import { isoTime, lockJson, lockJsonSchema } from '../http/lock-json.ts'
import { idSchema, userSchema } from '../http/user-param.ts'
import { type Standing, standingOf } from '../view/user-standing.ts'

type Subject = Readonly<{ caller: Caller; user: string; session: string | undefined; device: string | undefined }>

type Parts = Pick<GuardParts, 'access' | 'view' | 'freshness' | 'clock' | 'sessionOwners'>

const documentation: RouteDocumentation = {
  answers: {
    200: {
      description: 'How the subject stands; whoever nobody knows is calm.',
      body: Type.Object({
        user: Type.String(),
        session: Type.Optional(Type.String()),
        mfaVerified: Type.Boolean(),
        locked: Type.Boolean(),
        lock: Type.Optional(lockJsonSchema),
        verifiedUntil: Type.Optional(Type.String()),
        verifiedAt: Type.Optional(Type.String()),
        acr: Type.Optional(Type.String({ description: 'The authentication context class of that verification' })),
        sessionState: Type.Enum(['active', 'locked', 'ended', 'unknown']),
        asOf: Type.String(),
        userNames: Type.Optional(
          Type.Enum([...userNames], { description: 'How the names of users are read; absent: exact' }),
        ),
      }),
    },
  },
  problems: ['catching-up'],
}

/** `GET /v1/users/{user}/status`: how a user stands, or `catching-up` while this replica cannot know. */
export function registerStatusRoute(app: HttpServer, parts: Parts): void {
  const { access, view, freshness, clock, sessionOwners } = parts
  const { security, onRequest, whoOf } = keyGate(access, 'check')
  const schema = {
    summary: 'How a user, session or device stands; 503 `catching-up` while this replica cannot know.',
    security,
    params: Type.Object({ user: userSchema }),
    querystring: Type.Object(
      { session: Type.Optional(idSchema), device: Type.Optional(idSchema) },
      { additionalProperties: false },
    ),
    documentation,
  }
  // Locks know nothing of a session that was never locked or verified; its judged activities do.
  function isOwn({ tenant, app: appId }: Caller, user: string, session: string | undefined): boolean {
    return session !== undefined && sessionOwners.ownerOf(tenant, appId, session) === user
  }

  function answer(known: boolean, { caller, user, session, device }: Subject, reply: FastifyReply): void {
    if (!known) throw problem('catching-up')
    const now = clock.now()
    const names = access.userNamesOf(caller.tenant)
    const state = view.lockState(caller.tenant, user)
    const standing = standingOf(state, { app: caller.app, session, device }, now)
    void reply.header('cache-control', 'no-store').send({
      user,
      ...(session === undefined ? {} : { session }),
      mfaVerified: standing.mfaVerified,
      locked: standing.locked,
      ...(standing.lock === null ? {} : { lock: lockJson(standing.lock) }),
      ...(standing.vouchedBy === null ? {} : verification(standing.vouchedBy)),
      sessionState:
        standing.sessionState === 'unknown' && isOwn(caller, user, session) ? 'active' : standing.sessionState,
      asOf: isoTime(now - view.ageMs()),
      ...(names === exactNames ? {} : { userNames: names }),
    })
  }

  app.get('/v1/users/:user/status', { schema, onRequest }, (request, reply) => {
    const caller = whoOf(request)
    const user = userOf(request.params.user, '/path/user', access.userNamesOf(caller.tenant))
    const subject = { caller, user, session: request.query.session, device: request.query.device }
    const known = freshness.isKnown(caller.tenant, user)
    // Nearly always the view is young, and no promise is made. The reply itself is not returned: Fastify would wait for it.
    return typeof known === 'boolean'
      ? answer(known, subject, reply)
      : known.then((late) => answer(late, subject, reply))
  })
}

function verification({ at, until, factorKind }: NonNullable<Standing['vouchedBy']>) {
  return { verifiedUntil: isoTime(until), verifiedAt: isoTime(at), acr: classOfFactor(factorKind) }
}
