import { lockPolicyOf } from '@watchword/policy'
import type { HttpServer } from '@watchword/service-kit'
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems } from '../../commands/command-documentation.ts'
import type { GuardParts } from '../../guard-parts.ts'
import { isoTime } from '../../http/lock-json.ts'
import { userSchema } from '../../http/user-param.ts'
import { registerPreflight } from '../../tickets/cors.ts'
import { capabilityAnswer, presenterGate } from '../../tickets/presenter-gate.ts'
import { assertEnrolmentOpen, enrolAdmission, userOfFactors } from '../factor-access.ts'
import { creationOptions } from './creation-options.ts'
import { creationOptionsSchema } from './credential-schemas.ts'
import { passkeysOf } from './passkeys.ts'
import { registrationOwner } from './registration-owner.ts'
import { relyingPartyOf } from './relying-party.ts'

type Parts = Pick<
  GuardParts,
  'access' | 'callers' | 'clock' | 'logger' | 'newId' | 'policies' | 'sealer' | 'sessionOwners' | 'texts' | 'view'
>

const path = '/v1/users/:user/factors/webauthn/options'
const schema = {
  summary: 'Begins the registration of a passkey or a security key.',
  params: Type.Object({ user: userSchema }),
  body: Type.Union([Type.Object({}, { additionalProperties: false }), Type.Null()]),
  documentation: {
    answers: {
      201: {
        description:
          'What `navigator.credentials.create()` takes, good once until `expiresAt`; nothing of it is stored.',
        body: Type.Object({ options: creationOptionsSchema, expiresAt: Type.String() }),
        headers: capabilityAnswer,
      },
    },
    problems: [...commandProblems, 'not-found', 'locked', 'conflict'],
  },
} satisfies FastifySchema

/** `POST /v1/users/{user}/factors/webauthn/options`: the challenge is itself the signed text of what it is for. */
export function registerPasskeyOptionsRoute(scope: HttpServer, parts: Parts): void {
  const { access, callers, clock, newId, policies, texts } = parts
  registerPreflight(scope, path, ['POST'])
  const { security, onRequest, whoOf } = presenterGate(callers, enrolAdmission)
  scope.post(path, { schema: { ...schema, security }, onRequest }, async (request, reply) => {
    const presenter = await callers.admit(whoOf(request), reply)
    const { tenant, app } = presenter
    const user = userOfFactors(access, presenter, request.params.user)
    const relyingParty = relyingPartyOf(access.appOf(tenant, app))
    await assertEnrolmentOpen(parts, presenter, user)
    const known = passkeysOf(parts, { tenant, user }, relyingParty.rpId)
    // One name for one account: an authenticator keeps one passkey a name.
    const userHandle = known[0]?.record.userHandle ?? texts.userHandleOf(tenant, user)
    const { source } = policies.inForce(tenant)
    const timeoutMs = lockPolicyOf(source).challengeTtlMs
    const expiresAt = clock.now() + timeoutMs
    const owner = registrationOwner(presenter, user)
    const text = texts.registration({ id: newId(), owner, userHandle, expiresAt })
    const options = creationOptions(relyingParty, known, {
      user,
      userHandle,
      challenge: Buffer.from(text).toString('base64url'),
      timeoutMs,
      userVerification: source.verification.userVerification,
    })
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ options, expiresAt: isoTime(expiresAt) })
  })
}
