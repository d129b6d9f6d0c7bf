import type { Caller } from '@watchword/access'
import { addShortcut, type HttpServer, problem } from '@watchword/service-kit'
import { durationMs } from '@watchword/policy'
import type { FastifyReply } from 'fastify'
import { checkSchema } from './check-schema.ts'
import { failureModeOf, type FailureRule } from './failure-mode.ts'
import type { GuardParts } from './guard-parts.ts'
import { isoTime, lockJson } from './lock-json.ts'
import { acrOfSecondFactor } from './mfa-token.ts'
import { malformed } from './malformed.ts'
import { type SubjectHeaders, subjectHeadersOf } from './subject-headers.ts'
import { userOf } from './user-param.ts'
import { type Standing, standingOf } from './user-standing.ts'

type Parts = Pick<GuardParts, 'access' | 'policies' | 'view' | 'freshness' | 'clock' | 'metrics' | 'logger'>

type Subject = Readonly<{ caller: Caller; user: string; headers: SubjectHeaders }>

/** `GET /v1/check`: forward authentication for proxies; 204 admits, 401 says what is missing (RFC 9470). */
export function registerCheckRoute(app: HttpServer, parts: Parts): void {
  const { access, policies, view, freshness, clock, metrics, logger } = parts

  function admitUnknown(tenant: string, standing: Standing, uri: string): FailureRule['mode'] {
    const { mode, ttlMs } = failureModeOf(rulesOf(policies.inForce(tenant).source.failureModes), uri)
    if (mode === 'closed') throw problem('catching-up')
    if (mode === 'last-known' && !(standing.mfaVerified && view.ageMs() <= ttlMs)) throw problem('catching-up')
    metrics.releasedUnknown(mode)
    logger.warn({ mode, viewAgeMs: view.ageMs() }, 'admitted a request although the state is unknown')
    return mode
  }

  function subjectOf(rawHeaders: readonly string[]): Subject {
    const headers = subjectHeadersOf(rawHeaders)
    const caller = access.authenticateKey(headers['x-watchword-key'], 'check')
    const given = headers['x-watchword-user']
    if (given === undefined) throw malformed('/headers/x-watchword-user', 'is required')
    return { caller, user: userOf(given, '/headers/x-watchword-user'), headers }
  }

  /** The headers of the 204; throws the refusal. */
  function admit(known: boolean, { caller, user, headers }: Subject): Readonly<Record<string, string>> {
    const now = clock.now()
    const subject = {
      app: caller.app,
      session: headers['x-watchword-session'],
      device: headers['x-watchword-device'],
    }
    const standing = standingOf(view.lockState(caller.tenant, user), subject, now)
    // What is known to be locked stays locked, whatever the failure mode says.
    if (standing.sessionState === 'ended') throw sessionEnded()
    if (standing.lock !== null) throw lockedOut(standing.lock)
    const released = known ? null : admitUnknown(caller.tenant, standing, headers['x-original-uri'] ?? '')
    return {
      ...(released === null ? {} : { 'x-watchword-released': released }),
      ...(standing.verifiedUntil === null ? {} : { 'x-watchword-verified-until': isoTime(standing.verifiedUntil) }),
      'cache-control': 'no-store',
      'x-watchword-user': encodeURIComponent(user),
      'x-watchword-mfa-verified': String(known),
      'x-watchword-session-state': known ? standing.sessionState : 'unknown',
      'x-watchword-as-of': asOf(now - view.ageMs()),
    }
  }

  function answer(known: boolean, subject: Subject, reply: FastifyReply): void {
    void reply.code(204).headers(admit(known, subject)).send()
  }

  // Every request of a protected application waits for this one, and nearly all are admitted by a young view.
  addShortcut(app, '/v1/check', (rawHeaders) => {
    const subject = subjectOf(rawHeaders)
    const known = freshness.isKnown(subject.caller.tenant, subject.user)
    return known === true ? { status: 204, headers: admit(true, subject) } : undefined
  })

  app.get('/v1/check', { schema: checkSchema }, (request, reply) => {
    const subject = subjectOf(request.raw.rawHeaders)
    const known = freshness.isKnown(subject.caller.tenant, subject.user)
    // Nearly always the view is young, and no promise is made. The reply itself is not returned: Fastify would wait for it.
    return typeof known === 'boolean'
      ? answer(known, subject, reply)
      : known.then((late) => answer(late, subject, reply))
  })
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
