import type { Access, Caller, Scope } from '@watchword/access'
import type { Context } from '@watchword/contracts'
import type { FastifyRequest } from 'fastify'
import { subjectHeadersOf } from '../check/subject-headers.ts'
import { malformed } from '../http/malformed.ts'
import { contextOf } from '../http/request-context.ts'
import { userOf } from '../http/user-param.ts'

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

/** Who calls with the proxy's key; throws as `authenticateKey`. */
export function proxyOf(access: Pick<Access, 'authenticateKey'>, request: FastifyRequest, scope: Scope): Caller {
  return access.authenticateKey(subjectHeadersOf(request.raw.rawHeaders)['x-watchword-key'], scope)
}

/** Whom a call of the page is for; throws `malformed` where the proxy names no user. */
export function pageSubjectOf(
  access: Pick<Access, 'authenticateKey' | 'userNamesOf'>,
  request: FastifyRequest,
  scope: Scope,
): PageSubject {
  const caller = proxyOf(access, request, scope)
  const headers = subjectHeadersOf(request.raw.rawHeaders)
  const user = headers['x-watchword-user']
  if (user === undefined) throw malformed('/headers/x-watchword-user', 'is required')
  const device = headers['x-watchword-device']
  const { 'user-agent': agent, 'x-watchword-ip': address } = request.headers
  const given = {
    ...(device === undefined ? {} : { device }),
    ...(typeof address === 'string' ? { ip: address } : {}),
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
