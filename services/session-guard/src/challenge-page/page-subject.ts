import { type Access, type Caller, type Scope, userOf } from '@watchword/access'
import type { Context } from '@watchword/contracts'
import type { FastifyRequest } from 'fastify'
import { singleHeaders, subjectHeaderNames } from '../check/subject-headers.ts'
import { malformed } from '../http/malformed.ts'
import { contextOf } from '../http/request-context.ts'

/** Whom the page is shown to, by the word of the proxy that it is behind. */
export type PageSubject = Readonly<{
  caller: Caller
  user: string
  session: string | undefined
  device: string | undefined
  /** Where the person acts from, as the proxy sees it. */
  context: Context | null
}>

/** The headers that a proxy sets for the page, and strips from what clients send. */
export const pageSubjectHeaders = {
  'X-Watchword-Key': 'The key of the proxy, with the scopes `check` and `subscribe`.',
  'X-Watchword-User': 'Who is signed in.',
  'X-Watchword-Session': 'The session of the request.',
  'X-Watchword-Device': 'The device of the request, as the app reports it.',
  'X-Watchword-Ip': 'The address of the person, as the app reports it.',
} as const

const headersOf = singleHeaders([...subjectHeaderNames, 'x-watchword-ip', 'x-watchword-sign-in', 'x-watchword-renew'])

/** Who calls with the proxy's key, and where it says that sessions begin and are renewed; throws `malformed`, and as `authenticateKey`. */
export function proxyOf(
  access: Pick<Access, 'authenticateKey'>,
  request: FastifyRequest,
  scope: Scope,
): Readonly<{ caller: Caller; signIn: string | undefined; renew: string | undefined }> {
  const headers = headersOf(request.raw.rawHeaders)
  return {
    caller: access.authenticateKey(headers['x-watchword-key'], scope),
    signIn: headers['x-watchword-sign-in'],
    renew: headers['x-watchword-renew'],
  }
}

/** Whom a call of the page is for; throws `malformed` where the proxy names no user. */
export function pageSubjectOf(
  access: Pick<Access, 'authenticateKey' | 'userNamesOf'>,
  request: FastifyRequest,
  scope: Scope,
): PageSubject {
  const { caller } = proxyOf(access, request, scope)
  const headers = headersOf(request.raw.rawHeaders)
  const user = headers['x-watchword-user']
  if (user === undefined) throw malformed('/headers/x-watchword-user', 'is required')
  const device = headers['x-watchword-device']
  const ip = headers['x-watchword-ip']
  const agent = request.headers['user-agent']
  const given = {
    ...(device === undefined ? {} : { device }),
    ...(ip === undefined ? {} : { ip }),
    ...(agent === undefined ? {} : { userAgent: agent }),
  }
  return {
    caller,
    user: userOf(user, '/headers/x-watchword-user', access.userNamesOf(caller.tenant)),
    session: headers['x-watchword-session'],
    device,
    context: contextOf(given),
  }
}
