import { addShortcut, type HttpServer, problem } from '@watchword/service-kit'
import { durationMs } from '@watchword/policy'
import type { FastifyReply } from 'fastify'
import { checkSchema } from './check-schema.ts'
import { type CheckSubject, checkSubjectOf } from './check-subject.ts'
import { quoted } from './challenge-parameters.ts'
import { stepUpAsked, unmetRule } from './step-up.ts'
import { failureModeOf, type FailureRule } from './failure-mode.ts'
import type { GuardParts } from '../guard-parts.ts'
import { isoTime, lockJson } from '../http/lock-json.ts'
import { classAskedBy, classOfFactor, factorKinds } from '@watchword/session-lock'
import { type Standing, standingOf } from '../view/user-standing.ts'

type Parts = Pick<
  GuardParts,
  'access' | 'appTokens' | 'policies' | 'view' | 'freshness' | 'clock' | 'metrics' | 'logger'
>

/** `GET /v1/check`: forward authentication for proxies; 204 admits, 401 says what is missing (RFC 9470). */
export function registerCheckRoute(app: HttpServer, parts: Parts): void {
  const { policies, view, freshness, clock, metrics, logger } = parts

  function admitUnknown({ tenant, user, uri, proven }: CheckSubject, standing: Standing): FailureRule['mode'] {
    const { mode, ttlMs } = failureModeOf(rulesOf(policies.inForce(tenant).source.failureModes), uri)
    const isLastKnown =
      mode === 'last-known' && proven && standing.mfaVerified && freshness.ageMs(tenant, user) <= ttlMs
    // Who a request is from is not known either while the keys of an issuer are away: then there is no last time.
    if (mode !== 'open' && !isLastKnown) throw problem(proven ? 'catching-up' : 'unavailable')
    metrics.releasedUnknown(mode)
    logger.warn({ mode, viewAgeMs: view.ageMs() }, 'admitted a request although the state is unknown')
    return mode
  }

  /** The headers of the 204; throws the refusal. */
  function admit(fresh: boolean, subject: CheckSubject): Readonly<Record<string, string>> {
    const { tenant, user, proven } = subject
    const now = clock.now()
    const standing = standingOf(view.lockState(tenant, user), subject, now)
    // What is known to be locked stays locked, whatever the failure mode says; who has proven nothing hears nothing of it.
    if (!proven && !standing.mfaVerified) throw problem('unavailable')
    if (standing.sessionState === 'ended') throw sessionEnded()
    if (standing.lock !== null) throw lockedOut(standing.lock)
    assertSteppedUp(subject, standing, now)
    const known = fresh && proven
    const released = known ? null : admitUnknown(subject, standing)
    return {
      ...(released === null ? {} : { 'x-watchword-released': released }),
      ...(standing.vouchedBy === null || !proven ? {} : verification(standing.vouchedBy)),
      'cache-control': 'no-store',
      // An app may take its user from here: nobody's name stands here who has not proven it.
      ...(proven ? { 'x-watchword-user': encodeURIComponent(user) } : {}),
      'x-watchword-mfa-verified': String(known),
      'x-watchword-session-state': known ? standing.sessionState : 'unknown',
      'x-watchword-as-of': asOf(now - view.ageMs()),
    }
  }

  function answer(subject: CheckSubject, reply: FastifyReply): void | Promise<void> {
    const send = (fresh: boolean): void => void reply.code(204).headers(admit(fresh, subject)).send()
    const fresh = freshness.isKnown(subject.tenant, subject.user)
    // Nearly always the view is young, and no promise is made. The reply itself is not returned: Fastify would wait for it.
    return typeof fresh === 'boolean' ? send(fresh) : fresh.then(send)
  }

  // Every request of a protected application waits for this one, and nearly all are admitted by a young view.
  addShortcut(app, '/v1/check', (rawHeaders) => {
    const subject = checkSubjectOf(rawHeaders, parts)
    if (subject instanceof Promise) return undefined
    return freshness.isKnown(subject.tenant, subject.user) === true
      ? { status: 204, headers: admit(true, subject) }
      : undefined
  })

  app.get('/v1/check', { schema: checkSchema }, (request, reply) => {
    const subject = checkSubjectOf(request.raw.rawHeaders, parts)
    return subject instanceof Promise ? subject.then((late) => answer(late, reply)) : answer(subject, reply)
  })
}

/** What an app may hold a demand of its own against (RFC 9470). */
function verification({ at, until, factorKind }: NonNullable<Standing['vouchedBy']>): Readonly<Record<string, string>> {
  return {
    'x-watchword-verified-until': isoTime(until),
    'x-watchword-verified-at': isoTime(at),
    'x-watchword-acr': classOfFactor(factorKind),
  }
}

/** No failure mode makes up for a proof that a route asks for; what Watchword itself has verified counts as well as what the token says. */
function assertSteppedUp({ stepUp, uri, proven }: CheckSubject, { vouchedBy }: Standing, now: number): void {
  if (stepUp === undefined) return
  const { rules, given, toleranceMs } = stepUp
  const window = vouchedBy === null ? [] : [{ acr: classOfFactor(vouchedBy.factorKind), at: vouchedBy.at }]
  const unmet = unmetRule(rules, { uri, proofs: proven ? [given, ...window] : [], now, toleranceMs })
  if (unmet !== undefined) throw proven ? stepUpAsked(unmet) : problem('unavailable')
}

function lockedOut(lock: NonNullable<Standing['lock']>): Error {
  const { id, challengeUri } = lockJson(lock)
  const parameters = {
    error: 'insufficient_user_authentication',
    acr_values: classAskedBy(factorKinds.filter((kind) => lock.factors.includes(kind))),
    // Whatever was given before the lock does not open it: a factor is asked for now.
    max_age: '0',
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

function asOf(at: number): string {
  return Number.isFinite(at) ? isoTime(at) : ''
}

function rulesOf(
  modes: readonly Readonly<{ path: string; mode: FailureRule['mode']; ttl?: string }>[],
): readonly FailureRule[] {
  return modes.map(({ path, mode, ttl }) => ({ path, mode, ttlMs: ttl === undefined ? 0 : (durationMs(ttl) ?? 0) }))
}
