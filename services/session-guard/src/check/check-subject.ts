import { type Access, userOf } from '@watchword/access'
import { problem } from '@watchword/service-kit'
import type { SessionGuardConfig } from '../config.ts'
import type { AppTokens, TokenSubject } from './app-tokens.ts'
import { malformed } from '../http/malformed.ts'
import { type SubjectHeaders, subjectHeadersOf } from './subject-headers.ts'
import type { UserNames } from '@watchword/user-names'

/** Whom a check is about. */
export type CheckSubject = Readonly<{
  tenant: string
  app: string
  user: string
  /** How the tenant reads the names of its users. */
  names: UserNames
  session: string | undefined
  device: string | undefined
  /** As the proxy knows them; null where it does not say. */
  groups: readonly string[] | null
  /** The proxy knows that the user must change the password before anything else. */
  passwordChange: boolean
  /** The address that names the failure mode; empty, which is `closed`, where no proxy has vouched for it. */
  uri: string
  /** Whether the caller has proven that it speaks for the user. */
  proven: boolean
  /** Of a token; the key of a proxy says nothing of it. */
  stepUp?: TokenSubject['stepUp']
}>

export type CheckSubjectDeps = Readonly<{
  access: Pick<Access, 'authenticateKey' | 'userNamesOf'>
  appTokens: AppTokens
  config: Pick<SessionGuardConfig, 'groupsFromProxy'>
}>

/**
 * Whom a check is about, from the headers as they came: the key of a proxy vouches for the headers that it sets; without a user among
 * them, or without a key, an app token says who it is, which takes a promise. Throws the refusal.
 */
export function checkSubjectOf(
  rawHeaders: readonly string[],
  { access, appTokens, config }: CheckSubjectDeps,
): CheckSubject | Promise<CheckSubject> {
  const headers = subjectHeadersOf(rawHeaders)
  const key = headers['x-watchword-key']
  const given = headers['x-watchword-user']
  const isByHeaders = key !== undefined && given !== undefined
  const token = isByHeaders ? undefined : tokenOf(rawHeaders, appTokens)
  const proxy = key === undefined && token !== undefined ? undefined : access.authenticateKey(key, 'check')
  if (token !== undefined) return subjectOfToken(token)
  if (proxy === undefined || given === undefined) throw malformed('/headers/x-watchword-user', 'is required')
  const names = access.userNamesOf(proxy.tenant)
  return {
    tenant: proxy.tenant,
    app: proxy.app,
    user: userOf(given, '/headers/x-watchword-user', names),
    names,
    session: headers['x-watchword-session'],
    device: headers['x-watchword-device'],
    ...standingWith(headers, config),
    uri: headers['x-original-uri'] ?? '',
    proven: true,
  }

  async function subjectOfToken(text: string): Promise<CheckSubject> {
    const subject = await appTokens.subjectOf(text)
    const { tenant, app, user } = subject
    if (proxy !== undefined && (proxy.tenant !== tenant || proxy.app !== app)) throw problem('wrong-tenant')
    const names = access.userNamesOf(tenant)
    return {
      ...subject,
      user: userOf(user, '/headers/authorization', names),
      names,
      device: proxy && headers['x-watchword-device'],
      ...standingWith(proxy === undefined ? {} : headers, config),
      uri: (proxy && headers['x-original-uri']) ?? '',
    }
  }
}

/** What the proxy's directory says of the user. */
function standingWith(
  headers: Partial<SubjectHeaders>,
  { groupsFromProxy }: CheckSubjectDeps['config'],
): Pick<CheckSubject, 'groups' | 'passwordChange'> {
  const change = headers['x-watchword-password-change'] ?? 'false'
  if (change !== 'true' && change !== 'false')
    throw malformed('/headers/x-watchword-password-change', 'must be true or false')
  // A proxy that does not set the header passes on what the client says.
  const groups = groupsFromProxy ? groupsOf(headers['x-watchword-groups']) : null
  return { groups, passwordChange: change === 'true' }
}

function groupsOf(header: string | undefined): readonly string[] | null {
  if (header === undefined) return null
  const names = header.split(',').map((name) => name.trim())
  return names.filter((name) => name !== '')
}

function tokenOf(rawHeaders: readonly string[], appTokens: AppTokens): string | undefined {
  const found = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  )
  const [first = ''] = found
  const token = /^bearer (.*)$/i.exec(first)?.[1] ?? ''
  if (!appTokens.isToken(token)) return undefined
  if (found.length > 1) throw malformed('/headers/authorization', 'must not be given twice')
  return token
}
