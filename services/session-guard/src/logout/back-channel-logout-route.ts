import { userOf } from '@watchword/access'
import { shortHash } from '@watchword/contracts'
import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import { LRUCache } from 'lru-cache'
import { Type } from 'typebox'
import type { TokenLogout } from '../check/app-tokens.ts'
import type { GuardParts } from '../guard-parts.ts'
import { malformed } from '../http/malformed.ts'
import { pause, untilChangeVisible } from '../view/until-visible.ts'

type Parts = Pick<
  GuardParts,
  'access' | 'appTokens' | 'sessionOwners' | 'commands' | 'view' | 'clock' | 'config' | 'logger'
>

const mediaType = 'application/x-www-form-urlencoded'
const tokenLengthMax = 8_192
const tokensRememberedMax = 10_000

const schema = {
  summary: 'Ends the session, or all sessions of a user, that the identity provider of an app has ended.',
  security: [],
  consumes: [mediaType],
  body: Type.Object({ logout_token: Type.String({ minLength: 1, maxLength: tokenLengthMax }) }),
  documentation: {
    answers: { 200: { description: 'The sessions are ended: no later request in them is admitted.' } },
    problems: ['not-found', 'log-unavailable', 'overloaded', 'timed-out', 'unavailable'],
  },
} as const

/**
 * `POST /v1/oidc/backchannel-logout`, the receiver of OpenID Connect Back-Channel Logout 1.0. The logout token is the credential: whoever can
 * make one is the configured issuer of the app. A token that came to this process before ends
 * nothing more: a session that began since would be one of those of the user.
 */
export function registerBackChannelLogoutRoute(app: HttpServer, parts: Parts): void {
  const { access, appTokens, sessionOwners, commands, clock, config, logger } = parts
  const taken = new LRUCache<string, true>({ max: tokensRememberedMax })

  function sessionsIn({ tenant, app: appId, user, session }: TokenLogout): readonly Ended[] {
    const named = user === undefined ? undefined : userOf(user, '/logout_token', access.userNamesOf(tenant))
    if (session === undefined) return named === undefined ? [] : sessionsOf(tenant, appId, named)
    const owner = named ?? sessionOwners.ownerOf(tenant, appId, session)
    if (owner === undefined) throw problem('not-found', { detail: 'Nothing is known of this session.' })
    return [{ user: owner, session }]
  }

  function sessionsOf(tenant: string, appId: string, user: string): readonly Ended[] {
    const { locks = [], passes = [] } = parts.view.lockState(tenant, user) ?? {}
    const verified = [...locks, ...passes].flatMap((one) =>
      one.app === appId && one.session !== null ? [one.session] : [],
    )
    const sessions = new Set([...sessionOwners.sessionsOf(tenant, appId, user), ...verified])
    if (sessions.size === 0) throw problem('not-found', { detail: 'No session of this user is known.' })
    return [...sessions].map((session) => ({ user, session }))
  }

  async function end(logout: TokenLogout, { user, session }: Ended, traceparent: string | undefined): Promise<void> {
    const { tenant, app: appId, issuer, id } = logout
    const commandId = `o-${shortHash(issuer, id, session)}`
    const data = { app: appId, session, reason: 'logged out at the identity provider', operator: issuer }
    const answer = await commands.send(tenant, user, { type: 'session-end', data }, { commandId, traceparent })
    await untilChangeVisible(parts, tenant, user, answer)
  }

  void app.register(async (scope: HttpServer) => {
    scope.addContentTypeParser(mediaType, { parseAs: 'string' }, (_request, body, done) => {
      const form = new URLSearchParams(String(body))
      // Twice the same field could be read in two ways.
      if (form.getAll('logout_token').length > 1) done(malformed('/logout_token', 'must not be given twice'))
      else done(null, Object.fromEntries(form))
    })
    scope.post('/v1/oidc/backchannel-logout', { schema }, async (request, reply) => {
      const token = request.body.logout_token
      if (!appTokens.isToken(token)) throw malformed('/logout_token', 'is no logout token of a configured issuer')
      const logout = await appTokens.logoutOf(token)
      const name = shortHash(logout.issuer, logout.id)
      // Another process may have judged in it, or verified it, a moment ago.
      await Promise.all([sessionOwners.refresh(), parts.view.refresh()])
      const sessions = taken.has(name) ? [] : sessionsIn(logout)
      await Promise.all(sessions.map((session) => end(logout, session, traceparentOf(request))))
      // Not before: a provider that was told to come again sends the same token.
      taken.set(name, true)
      logger.info({ tenant: logout.tenant, app: logout.app, sessions: sessions.length }, 'logged out by the issuer')
      if (sessions.length > 0) await pause(clock, config.acknowledgeAfterMs)
      return reply.code(200).header('cache-control', 'no-store').send()
    })
  })
}

type Ended = Readonly<{ user: string; session: string }>
