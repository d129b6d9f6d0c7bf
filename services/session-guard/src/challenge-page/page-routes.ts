import { readFileSync } from 'node:fs'
import { type HttpServer, problem } from '@watchword/service-kit'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { GuardParts } from '../guard-parts.ts'
import { lockJson, lockJsonSchema } from '../http/lock-json.ts'
import { isOriginOf } from '../tickets/callers.ts'
import { mintTicket } from '../tickets/mint-ticket.ts'
import { standingOf } from '../view/user-standing.ts'
import { pageHeaders } from './page-headers.ts'
import { pageHtml } from './page-html.ts'
import { pageSubjectHeaders, pageSubjectOf, proxyOf } from './page-subject.ts'
import { returnToOf, safeTarget } from './safe-target.ts'

type Parts = Pick<GuardParts, 'access' | 'view' | 'freshness' | 'texts' | 'clock' | 'newId' | 'config'>

const documentedHeaders = Object.fromEntries(
  Object.keys(pageHeaders).map((name) => [name, 'Keeps the page to itself.']),
)

const pageSchema = {
  summary: 'The page that asks for a second factor, for apps without one of their own; behind a proxy at this path.',
  security: [{ proxyKey: ['check'] }],
  documentation: {
    requestHeaders: {
      'X-Watchword-Key': pageSubjectHeaders['X-Watchword-Key'],
      'X-Watchword-Sign-In': 'Where a new session begins, if the app has such a path.',
      'X-Watchword-Renew': 'What in the app takes `{mfaToken}` by POST and gives a new session, if it has such a path.',
    },
    answers: {
      200: { description: 'The page.', mediaType: 'text/html', body: Type.String(), headers: documentedHeaders },
    },
    problems: ['malformed'],
  },
} as const

const statusSchema = {
  summary: 'How the session that the page is shown to stands.',
  security: [{ proxyKey: ['check'] }],
  documentation: {
    requestHeaders: pageSubjectHeaders,
    answers: {
      200: {
        description: 'The lock to answer, if there is one.',
        body: Type.Object({
          sessionState: Type.Enum(['active', 'locked', 'ended', 'unknown']),
          lock: Type.Optional(lockJsonSchema),
        }),
      },
    },
    problems: ['malformed', 'catching-up'],
  },
} as const

const ticketSchema = {
  summary: 'A ticket of purpose `challenge` for the session that the page is shown to.',
  security: [{ proxyKey: ['subscribe'] }],
  documentation: {
    requestHeaders: pageSubjectHeaders,
    answers: {
      201: {
        description: 'The ticket: one use anywhere.',
        body: Type.Object({ ticket: Type.String(), expiresAt: Type.String() }),
      },
    },
    problems: ['malformed', 'invalid', 'origin-not-allowed'],
  },
} as const

const files = [
  ['/_guard/page.js', 'text/javascript', new URL('../../generated/challenge-page.js', import.meta.url)],
  ['/_guard/page.css', 'text/css', new URL('page.css', import.meta.url)],
] as const

/** The page at `/_guard/challenge` and what it asks; all of it by the word of the proxy that it is behind. */
export function registerPageRoutes(scope: HttpServer, parts: Parts): void {
  const { access, view, freshness, clock } = parts

  for (const [path, type, source] of files) {
    const body = readFileSync(source, 'utf8')
    scope.get(path, { schema: { hide: true } }, async (_request, reply) =>
      reply.headers(pageHeaders).type(`${type}; charset=utf-8`).send(body),
    )
  }

  scope.get('/_guard/challenge', { schema: pageSchema }, async (request, reply) => {
    const { caller, signIn, renew } = proxyOf(access, request, 'check')
    const { tenant, app } = caller
    const origins = access.appOf(tenant, app)?.origins ?? []
    const targetOf = (text: string | undefined): string | undefined =>
      text === undefined ? undefined : safeTarget(text, origins)
    const targets = {
      returnTo: targetOf(returnToOf(request.raw.url ?? '')) ?? '/',
      signIn: targetOf(signIn),
      renew: targetOf(renew),
    }
    return reply
      .headers(pageHeaders)
      .type('text/html; charset=utf-8')
      .send(pageHtml(targets, request.headers['accept-language']))
  })

  scope.get('/_guard/status', { schema: statusSchema }, async (request, reply) => {
    const { caller, user, session, device } = pageSubjectOf(access, request, 'check')
    if (!(await freshness.isKnown(caller.tenant, user))) throw problem('catching-up')
    const state = view.lockState(caller.tenant, user)
    const { lock, sessionState } = standingOf(state, { app: caller.app, session, device }, clock.now())
    return reply
      .header('cache-control', 'no-store')
      .send({ sessionState, ...(lock === null ? {} : { lock: lockJson(lock) }) })
  })

  scope.post('/_guard/tickets', { schema: ticketSchema }, async (request, reply) => {
    const { caller, user, session = null, context } = pageSubjectOf(access, request, 'subscribe')
    const { tenant, app } = caller
    if (!isFromOwnPage(request, (origin) => isOriginOf(access, tenant, app, origin)))
      throw problem('origin-not-allowed')
    const ticketFor = { purpose: 'challenge', tenant, app, user, session, context } as const
    const minted = mintTicket(parts, ticketFor, () => '/headers/x-watchword-device')
    return reply.code(201).header('cache-control', 'no-store').send(minted)
  })
}

/** The proxy vouches for whoever has the cookie, so the page itself has to be the one that asks. */
function isFromOwnPage({ headers }: FastifyRequest, isOwn: (origin: string) => boolean): boolean {
  const site = headers['sec-fetch-site']
  return (site === undefined || site === 'same-origin') && headers.origin !== undefined && isOwn(headers.origin)
}
