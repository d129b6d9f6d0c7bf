import { addShortcut, type HttpServer, problem } from '@watchword/service-kit'
import { durationMs } from '@watchword/policy'
import type { FastifyReply } from 'fastify'
import { lockedOut, sessionEnded, stepUpAsked } from './check-refusals.ts'
import { checkSchema } from './check-schema.ts'
import { type CheckSubject, checkSubjectOf } from './check-subject.ts'
import { unmetRule } from './step-up.ts'
import { failureModeOf, type FailureRule } from './failure-mode.ts'
import type { GuardParts } from '../guard-parts.ts'
import type { DecisionParts } from '../connections/decide-connection.ts'
import { isoTime } from '../http/lock-json.ts'
import { assertPasswordKept, classOfRequest, demandSecondFactor, lacksSecondFactor } from './second-factor.ts'
import { classOfFactor } from '@watchword/session-lock'
import { type Standing, standingOf } from '../view/user-standing.ts'

type Parts = DecisionParts & Pick<GuardParts, 'access' | 'appTokens' | 'freshness'>

/** `GET /v1/check`: forward authentication for proxies; 204 admits, 401 says what is missing (RFC 9470). */
export function registerCheckRoute(app: HttpServer, parts: Parts): void {
  const { policies, view, freshness, clock, metrics, logger } = parts

  function admitUnknown(subject: CheckSubject, standing: Standing, now: number): FailureRule['mode'] {
    const { tenant, user, uri, proven } = subject
    const policy = policies.inForce(tenant)
    // Unreachable is not trusted: who owes a second factor has not given it.
    if (proven && lacksSecondFactor(policy, subject, standing, now)) throw problem('catching-up')
    const { mode, ttlMs } = failureModeOf(rulesOf(policy.source.failureModes), uri)
    const isLastKnown =
      mode === 'last-known' && proven && standing.mfaVerified && freshness.ageMs(tenant, user) <= ttlMs
    // Who a request is from is not known either while the keys of an issuer are away: then there is no last time.
    if (mode !== 'open' && !isLastKnown) throw problem(proven ? 'catching-up' : 'unavailable')
    metrics.releasedUnknown(mode)
    logger.warn({ mode, viewAgeMs: view.ageMs() }, 'admitted a request although the state is unknown')
    return mode
  }

  /** The headers of the 204; throws the refusal. */
  function admit(fresh: boolean, subject: CheckSubject): Record<string, string> {
    const { tenant, user, proven } = subject
    const now = clock.now()
    const standing = standingOf(view.lockState(tenant, user), subject, now)
    // What is known to be locked stays locked, whatever the failure mode says; who has proven nothing hears nothing of it.
    if (!proven && !standing.mfaVerified) throw problem('unavailable')
    if (standing.sessionState === 'ended') throw sessionEnded()
    const known = fresh && proven
    const policy = policies.inForce(tenant)
    const isExempt = known && standing.isPending && classOfRequest(policy, subject) === 'exempt'
    if (standing.lock !== null && !isExempt) throw lockedOut(standing.lock)
    assertSteppedUp(subject, standing, now)
    assertPasswordKept(policy, subject)
    const released = known ? null : admitUnknown(subject, standing, now)
    const headers: Record<string, string> = {
      'cache-control': 'no-store',
      'x-watchword-mfa-verified': String(known && standing.mfaVerified),
      'x-watchword-session-state': known ? standing.sessionState : 'unknown',
      'x-watchword-as-of': asOf(now - view.ageMs()),
    }
    // An app may take its user from here: nobody's name stands here who has not proven it.
    if (proven) headers['x-watchword-user'] = encodeURIComponent(user)
    if (released !== null) headers['x-watchword-released'] = released
    if (standing.vouchedBy !== null && proven) Object.assign(headers, verification(standing.vouchedBy))
    return headers
  }

  /** Whether the subject owes a second factor, and nothing is locked yet that they could answer. */
  function isOwed(subject: CheckSubject): boolean {
    const { tenant, user, proven } = subject
    const policy = policies.inForce(tenant)
    if (!proven || policy.secondFactorRules.length === 0) return false
    const now = clock.now()
    const standing = standingOf(view.lockState(tenant, user), subject, now)
    const isCalm = standing.lock === null && standing.sessionState !== 'ended'
    return isCalm && lacksSecondFactor(policy, subject, standing, now)
  }

  async function demand(subject: CheckSubject): Promise<void> {
    const { admission, lock } = await demandSecondFactor(parts, subject)
    const { outcome, because } = admission
    if (outcome === 'pending') throw lock === null ? problem('catching-up') : lockedOut(lock)
    if (outcome === 'refused') throw problem('not-admitted', { extensions: { because } })
  }

  function answer(subject: CheckSubject, reply: FastifyReply): void | Promise<void> {
    const admitted = (fresh: boolean): void => void reply.code(204).headers(admit(fresh, subject)).send()
    const send = (fresh: boolean): void | Promise<void> =>
      fresh && isOwed(subject) ? demand(subject).then(() => admitted(fresh)) : admitted(fresh)
    const fresh = freshness.isKnown(subject.tenant, subject.user)
    // Nearly always the view is young, and no promise is made. The reply itself is not returned: Fastify would wait for it.
    return typeof fresh === 'boolean' ? send(fresh) : fresh.then(send)
  }

  // Every request of a protected application waits for this one, and nearly all are admitted by a young view.
  addShortcut(app, '/v1/check', (rawHeaders) => {
    const subject = checkSubjectOf(rawHeaders, parts)
    if (subject instanceof Promise) return undefined
    return freshness.isKnown(subject.tenant, subject.user) === true && !isOwed(subject)
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

function asOf(at: number): string {
  return Number.isFinite(at) ? isoTime(at) : ''
}

function rulesOf(
  modes: readonly Readonly<{ path: string; mode: FailureRule['mode']; ttl?: string }>[],
): readonly FailureRule[] {
  return modes.map(({ path, mode, ttl }) => ({ path, mode, ttlMs: ttl === undefined ? 0 : (durationMs(ttl) ?? 0) }))
}
