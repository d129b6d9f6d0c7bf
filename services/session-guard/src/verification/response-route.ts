import type { Context } from '@watchword/contracts'
import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import type { Presenter } from '../tickets/callers.ts'
import type { ChallengeClaims } from '../tickets/claims.ts'
import type { Answer, CommandOrigin } from '../commands/commands.ts'
import { registerPreflight } from '../tickets/cors.ts'
import { isOver } from '../factors/factor-access.ts'
import type { WebAuthnFault } from '../factors/webauthn/webauthn-fault.ts'
import { vouchedBy } from '../tickets/vouched.ts'
import type { GuardParts } from '../guard-parts.ts'
import { isoTime } from '../http/lock-json.ts'
import type { ChallengeOutcome } from '../metrics.ts'
import { lifeUntil } from '../commands/past-answers.ts'
import { presenterGate } from '../tickets/presenter-gate.ts'
import { refusalOf } from '../http/refusal.ts'
import { challengeAdmission } from './challenge-admission.ts'
import { responseSchema } from './response-schema.ts'
import { type Reply, withHeaders } from '../http/reply.ts'
import { contextOf } from '../http/request-context.ts'
import { assertGuessable } from './assert-guessable.ts'
import { type Given, givenFor, provenBy } from './given-answer.ts'
import { factorAnswerOf } from './factor-answer.ts'
import { untilVisible } from '../view/until-visible.ts'

type Parts = Pick<
  GuardParts,
  | 'access'
  | 'callers'
  | 'view'
  | 'texts'
  | 'clock'
  | 'metrics'
  | 'guessBudget'
  | 'commands'
  | 'pastAnswers'
  | 'sealer'
  | 'logger'
  | 'mfaTokens'
  | 'idempotency'
  | 'config'
  | 'policies'
>

const path = '/v1/challenges/:challenge/responses'

/** `POST /v1/challenges/{challenge}/responses`: the answer of the person; the fold says what it is worth. */
export function registerResponseRoute(scope: HttpServer, parts: Parts): void {
  const { callers, texts, idempotency, pastAnswers } = parts

  registerPreflight(scope, path, ['POST'])
  const { security, onRequest, whoOf } = presenterGate(callers, challengeAdmission)
  scope.post(path, { schema: { ...responseSchema, security }, onRequest }, async (request, reply) => {
    const { presenter, credential, use } = whoOf(request)
    const claims = texts.readChallenge(request.params.challenge)
    if (claims === undefined || !isMine(claims, presenter)) throw problem('not-found')
    const { code, assertion, context } = request.body
    const given = givenFor(claims.factor, code, assertion)
    const challenge = request.params.challenge
    const answering = {
      presenter,
      challenge,
      given,
      context: vouchedBy(presenter, { session: null, context: contextOf(context) }).context,
    }
    const traceparent = traceparentOf(request)
    const identity = { tenant: presenter.tenant, caller: credential, route: path }
    const answer = await idempotency.answer(identity, request, {
      perform: async (commandId) =>
        withHeaders(await use(commandId), () => respond(parts, claims, answering, { commandId, traceparent })),
      async recall(commandId) {
        const { tenant, user, expiresAt } = claims
        const past = await pastAnswers.find(tenant, user, commandId, lifeUntil(expiresAt))
        return past && replyOf(parts, claims, given, past)
      },
    })
    return reply
      .code(answer.status)
      .headers({ 'cache-control': 'no-store', ...answer.headers })
      .send(answer.body)
  })
}

type Answering = Readonly<{ presenter: Presenter; challenge: string; given: Given; context: Context | null }>

async function respond(
  parts: Parts,
  claims: ChallengeClaims,
  answering: Answering,
  origin: CommandOrigin,
): Promise<Reply> {
  const { view, commands, clock, metrics, guessBudget } = parts
  const { tenant, user, app } = claims
  const { presenter, given, challenge, context } = answering
  if (claims.expiresAt <= clock.now()) {
    metrics.challengeAnswered(claims.factor, 'stale')
    throw problem('stale-challenge')
  }
  if (isOver(view, presenter)) throw problem('stale-challenge')
  if (given.factor !== 'webauthn') assertGuessable(guessBudget.spentUntil(tenant), clock.now())
  const lock = view.lockById(tenant, claims.lock)?.lock
  const { factor, passed, step, backedUp, fault } = await factorAnswerOf(parts, claims, { challenge, given, lock })
  const data = {
    purpose: 'unlock',
    challenge: claims.id,
    challengeExpiresAt: claims.expiresAt,
    lock: claims.lock,
    lockVersion: claims.version,
    factor: factor.id,
    passed,
    fault,
    step,
    backedUp,
    app,
    session: lock?.session ?? vouchedBy(presenter).session,
    context,
  } as const
  const answer = await commands.send(tenant, user, { type: 'verification-attempted', data }, origin)
  metrics.challengeAnswered(claims.factor, outcomeOf(answer))
  tellOfCopiedKey(parts, answer)
  return replyOf(parts, claims, given, answer)
}

/** The counter is the fold's to judge: what it found is told here, as the edge tells of all other faults. */
function tellOfCopiedKey({ logger, metrics }: Parts, { events }: Answer): void {
  for (const { type, data } of events) {
    if (type !== 'verification-failed' || data.reason !== copiedKey) continue
    metrics.webauthnRefused('assertion', copiedKey)
    logger.warn({ factor: data.factor, fault: copiedKey }, 'an assertion was refused')
  }
}

const copiedKey = 'counter-not-risen' satisfies WebAuthnFault

function outcomeOf({ events }: Answer): ChallengeOutcome {
  for (const { type, data } of events) {
    if (type === 'verification-passed') return 'passed'
    if (type === 'verification-failed') return 'failed'
    if (type === 'command-refused') return data.refusal === 'too-many-attempts' ? 'blocked' : 'stale'
  }
  return 'unanswered'
}

async function replyOf(parts: Parts, claims: ChallengeClaims, given: Given, answer: Answer): Promise<Reply> {
  const { clock, config } = parts
  const { tenant, app, user, lock } = claims
  for (const { type, data } of answer.events) {
    if (type === 'verification-passed') {
      // Whoever asks for the status next sees what this answer says.
      await untilVisible(parts, tenant, user, answer.version, config.answerWithinMs)
      const { session, ended, verifiedUntil } = data
      const mfaToken = await parts.mfaTokens.sign({
        app,
        user,
        session,
        // Of the record, so that an answer that is given again holds the same token, not one that is good for longer.
        at: Math.min(answer.at, clock.now()),
        proven: provenBy(given),
        lock,
        transaction: answer.commandId,
      })
      return { status: 200, body: { mfaToken, verifiedUntil: isoTime(verifiedUntil), session: { id: session, ended } } }
    }
    if (type === 'verification-failed')
      throw problem('verification-failed', { extensions: { attemptsLeft: data.attemptsLeft } })
    if (type === 'command-refused') throw refusalOf(data, clock.now())
  }
  // The fold knew the command: what it led to then is recalled.
  throw problem('stale-challenge')
}

function isMine(claims: ChallengeClaims, presenter: Presenter): boolean {
  const { tenant, app } = presenter
  return (
    claims.tenant === tenant &&
    claims.app === app &&
    (presenter.kind === 'backend' || presenter.claims.user === claims.user)
  )
}
