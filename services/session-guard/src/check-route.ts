import { type HttpServer, problem } from '@watchword/service-kit'
import { durationMs } from '@watchword/policy'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { failureModeOf, type FailureRule } from './failure-mode.ts'
import type { GuardParts } from './guard-parts.ts'
import { isoTime, lockJson } from './lock-json.ts'
import { acrOfSecondFactor } from './mfa-token.ts'
import { userOf } from './user-param.ts'
import { type Standing, standingOf } from './user-standing.ts'

type Parts = Pick<GuardParts, 'access' | 'policies' | 'view' | 'freshness' | 'clock' | 'metrics' | 'logger'>

const subjectHeaders = [
  'x-watchword-key',
  'x-watchword-user',
  'x-watchword-session',
  'x-watchword-device',
  'x-original-method',
  'x-original-uri',
] as const

type SubjectHeader = (typeof subjectHeaders)[number]

/** `GET /v1/check`: forward authentication for proxies; 204 admits, 401 says what is missing (RFC 9470). */
export function registerCheckRoute(app: HttpServer, parts: Parts): void {
  const { access, policies, view, freshness, clock, metrics, logger } = parts

  function admitUnknown(tenant: string, standing: Standing, uri: string, reply: FastifyReply): void {
    const { mode, ttlMs } = failureModeOf(rulesOf(policies.inForce(tenant).source.failureModes), uri)
    if (mode === 'closed') throw problem('catching-up')
    if (mode === 'last-known' && !(standing.mfaVerified && view.ageMs() <= ttlMs)) throw problem('catching-up')
    metrics.releasedUnknown(mode)
    logger.warn({ mode, viewAgeMs: view.ageMs() }, 'admitted a request although the state is unknown')
    reply.header('x-watchword-released', mode)
  }

  app.get('/v1/check', async (request, reply) => {
    const headers = headersOf(request)
    const key = headers.get('x-watchword-key')
    const caller = access.authenticate(key === undefined ? undefined : `Bearer ${key}`, 'check')
    const given = headers.get('x-watchword-user')
    if (given === undefined) throw malformed('/headers/x-watchword-user', 'is required')
    const user = userOf(given, '/headers/x-watchword-user')
    const session = headers.get('x-watchword-session')
    const known = await freshness.isKnown(caller.tenant, user)
    const state = view.lockState(caller.tenant, user)
    const standing = standingOf(
      state,
      { app: caller.app, session, device: headers.get('x-watchword-device') },
      clock.now(),
    )
    // What is known to be locked stays locked, whatever the failure mode says.
    if (standing.sessionState === 'ended') throw sessionEnded()
    if (standing.lock !== null) throw lockedOut(standing.lock)
    if (!known) admitUnknown(caller.tenant, standing, headers.get('x-original-uri') ?? '', reply)
    return reply
      .code(204)
      .headers({
        'cache-control': 'no-store',
        'x-watchword-user': encodeURIComponent(user),
        'x-watchword-mfa-verified': String(known),
        'x-watchword-session-state': known ? standing.sessionState : 'unknown',
        'x-watchword-as-of': asOf(clock.now() - view.ageMs()),
        ...(standing.verifiedUntil === null ? {} : { 'x-watchword-verified-until': isoTime(standing.verifiedUntil) }),
      })
      .send()
  })
}

/** The headers that name the subject; the same one twice could be read in two ways. */
function headersOf({ raw }: FastifyRequest): ReadonlyMap<SubjectHeader, string> {
  const found = new Map<SubjectHeader, string>()
  for (let index = 0; index + 1 < raw.rawHeaders.length; index += 2) {
    const name = raw.rawHeaders[index]?.toLowerCase() ?? ''
    if (!isSubjectHeader(name)) continue
    if (found.has(name)) throw malformed(`/headers/${name}`, 'must not be given twice')
    // Node reads header bytes as Latin-1; proxies send UTF-8.
    found.set(name, Buffer.from(raw.rawHeaders[index + 1] ?? '', 'latin1').toString('utf8'))
  }
  // Proxies send a variable without a value as an empty header.
  for (const [name, value] of found) if (value === '') found.delete(name)
  return found
}

function isSubjectHeader(name: string): name is SubjectHeader {
  return subjectHeaders.some((known) => known === name)
}

function malformed(pointer: string, detail: string): Error {
  return problem('malformed', { errors: [{ pointer, detail }] })
}

function lockedOut(lock: NonNullable<Standing['lock']>): Error {
  const { id, challengeUri } = lockJson(lock)
  const parameters = {
    error: 'insufficient_user_authentication',
    acr_values: acrOfSecondFactor,
    max_age: String(Math.floor(lock.policy.windowMs / 1000)),
    lock_id: id,
    challenge_uri: challengeUri,
  }
  return problem('insufficient-user-authentication', {
    headers: { 'www-authenticate': `Bearer ${quoted(parameters)}` },
  })
}

function sessionEnded(): Error {
  const parameters = { error: 'invalid_token', error_description: 'The session has ended' }
  return problem('invalid-credentials', { headers: { 'www-authenticate': `Bearer ${quoted(parameters)}` } })
}

function quoted(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}="${value.replaceAll(/[^\x20-\x7e]|["\\]/g, '')}"`)
    .join(', ')
}

function asOf(at: number): string {
  return Number.isFinite(at) ? isoTime(at) : ''
}

function rulesOf(
  modes: readonly Readonly<{ path: string; mode: FailureRule['mode']; ttl?: string }>[],
): readonly FailureRule[] {
  return modes.map(({ path, mode, ttl }) => ({ path, mode, ttlMs: ttl === undefined ? 0 : (durationMs(ttl) ?? 0) }))
}
