import { shortHash } from '@watchword/contracts'
import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems } from '../../commands/command-documentation.ts'
import { vouchedBy } from '../../tickets/vouched.ts'
import type { GuardParts } from '../../guard-parts.ts'
import { decided } from '../../commands/decided.ts'
import { contextOf, contextSchema } from '../../http/request-context.ts'
import { idSchema, userSchema } from '../../http/user-param.ts'
import type { Presenter } from '../../tickets/callers.ts'
import type { RegistrationClaims } from '../../tickets/claims.ts'
import { registerPreflight } from '../../tickets/cors.ts'
import { capabilityAnswer, presenterGate } from '../../tickets/presenter-gate.ts'
import { untilVisible } from '../../view/until-visible.ts'
import { assertEnrolmentOpen, enrolAdmission, isVouchedFor, userOfFactors } from '../factor-access.ts'
import { factorNameSchema } from '../new-factor.ts'
import { readClientData } from './client-data.ts'
import { type RegistrationJson, registrationSchema } from './credential-schemas.ts'
import { encodePasskey } from './passkey-record.ts'
import { registrationOwner } from './registration-owner.ts'
import { relyingPartyOf } from './relying-party.ts'
import { type VerifiedRegistration, verifyRegistration } from './verify-registration.ts'

type Parts = Pick<
  GuardParts,
  | 'pastAnswers'
  | 'access'
  | 'callers'
  | 'clock'
  | 'commands'
  | 'config'
  | 'logger'
  | 'metrics'
  | 'newId'
  | 'policies'
  | 'sealer'
  | 'sessionOwners'
  | 'texts'
  | 'view'
>

const path = '/v1/users/:user/factors/webauthn'
const schema = {
  summary: 'Registers a passkey or a security key.',
  params: Type.Object({ user: userSchema }),
  body: Type.Object(
    {
      credential: registrationSchema,
      name: Type.Optional(factorNameSchema),
      session: Type.Optional(idSchema),
      context: Type.Optional(contextSchema),
    },
    { additionalProperties: false },
  ),
  documentation: {
    answers: {
      201: {
        description: 'The new factor, which counts from now on.',
        body: Type.Object({ factor: Type.String(), status: Type.Literal('active') }),
        headers: capabilityAnswer,
      },
    },
    problems: [
      ...commandProblems,
      'not-found',
      'verification-failed',
      'stale-challenge',
      'locked',
      'duplicate-factor',
      'conflict',
      'too-many-requests',
    ],
  },
} satisfies FastifySchema

/** `POST /v1/users/{user}/factors/webauthn`: what the authenticator made for the options, once. */
export function registerPasskeyRoute(scope: HttpServer, parts: Parts): void {
  const { access, callers, config, newId, policies, sealer } = parts
  registerPreflight(scope, path, ['POST'])
  const { security, onRequest, whoOf } = presenterGate(callers, enrolAdmission)
  scope.post(path, { schema: { ...schema, security }, onRequest }, async (request, reply) => {
    const presenter = await callers.admit(whoOf(request), reply)
    const { tenant, app } = presenter
    const user = userOfFactors(access, presenter, request.params.user)
    await assertEnrolmentOpen(parts, presenter, user)
    const { credential, name = null } = request.body
    const claims = claimsOf(parts, presenter, user, credential)
    const { record, counter, backedUp } = await verified(parts, { tenant, app, ...claims }, credential)
    // Named after the credential: the fold takes each one once, whatever challenge it comes with.
    const factor = `f-${shortHash('passkey', tenant, user, record.credential)}`
    const data = {
      factor,
      kind: 'webauthn',
      name,
      sealed: sealer.seal({ tenant, user, factor }, encodePasskey(record)),
      ticket: isVouchedFor(presenter, policies),
      app,
      ...vouchedBy(presenter, { session: request.body.session ?? null, context: contextOf(request.body.context) }),
      challenge: claims.id,
      challengeExpiresAt: claims.expiresAt,
      step: counter,
      backedUp,
    }
    const origin = { commandId: newId(), traceparent: traceparentOf(request) }
    const { answer } = await decided(parts, { tenant, user }, { type: 'factor-added', data }, origin)
    if (answer.events.at(-1)?.type !== 'verification-passed') throw problem('conflict')
    await untilVisible(parts, tenant, user, answer.version, config.answerWithinMs)
    return reply.code(201).header('cache-control', 'no-store').send({ factor, status: 'active' })
  })
}

/** What the challenge says that it is for; throws `stale-challenge` for one that is over, `verification-failed` for any that is not of this user, app and session. */
function claimsOf(
  parts: Parts,
  presenter: Presenter,
  user: string,
  { response }: RegistrationJson,
): RegistrationClaims {
  const { clock, texts } = parts
  const challenge = readClientData(response.clientDataJSON)?.challenge
  const text = typeof challenge === 'string' ? Buffer.from(challenge, 'base64url').toString('utf8') : ''
  const claims = texts.readRegistration(text)
  if (claims?.owner !== registrationOwner(presenter, user)) throw refused(parts, 'wrong-challenge')
  if (claims.expiresAt <= clock.now()) throw problem('stale-challenge')
  return claims
}

async function verified(
  parts: Parts,
  { tenant, app, userHandle }: Readonly<{ tenant: string; app: string; userHandle: string }>,
  credential: RegistrationJson,
): Promise<Extract<VerifiedRegistration, { fault: null }>> {
  const { access, policies } = parts
  const { rpId, origins } = relyingPartyOf(access.appOf(tenant, app))
  const { userVerification } = policies.inForce(tenant).source.verification
  const challenge = String(readClientData(credential.response.clientDataJSON)?.challenge)
  const found = await verifyRegistration(credential, { challenge, origins, rpId, userHandle, userVerification })
  if (found.fault !== null) throw refused(parts, found.fault)
  return found
}

function refused(
  { logger, metrics }: Pick<Parts, 'logger' | 'metrics'>,
  fault: NonNullable<VerifiedRegistration['fault']>,
): Error {
  metrics.webauthnRefused('registration', fault)
  logger.warn({ fault }, 'a registration was refused')
  return problem('verification-failed')
}
