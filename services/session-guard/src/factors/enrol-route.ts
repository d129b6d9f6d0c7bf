import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import type { FastifySchema } from 'fastify'
import { generateURI, ScureBase32Plugin } from 'otplib'
import { toString as qrText } from 'qrcode'
import { Type } from 'typebox'
import { commandProblems } from '../commands/command-documentation.ts'
import { registerPreflight } from '../tickets/cors.ts'
import { assertEnrolmentOpen, enrolAdmission, isVouchedFor, userOfFactors } from './factor-access.ts'
import { factorNameSchema, noCeremony } from './new-factor.ts'
import { vouchedBy } from '../tickets/vouched.ts'
import type { GuardParts } from '../guard-parts.ts'
import { capabilityAnswer, presenterGate } from '../tickets/presenter-gate.ts'
import { decided } from '../commands/decided.ts'
import { userSchema } from '../http/user-param.ts'

type Parts = Pick<
  GuardParts,
  | 'pastAnswers'
  | 'access'
  | 'callers'
  | 'commands'
  | 'policies'
  | 'sealer'
  | 'newId'
  | 'randomBytes'
  | 'clock'
  | 'sessionOwners'
  | 'view'
>

const path = '/v1/users/:user/factors/totp'
const schema = {
  summary: 'Begins the enrolment of a TOTP authenticator: secret, `otpauth:` URI and QR code.',
  params: Type.Object({ user: userSchema }),
  body: Type.Union([
    Type.Object({ name: Type.Optional(factorNameSchema) }, { additionalProperties: false }),
    Type.Null(),
  ]),
  documentation: {
    answers: {
      201: {
        description: 'The new factor, which counts when a code has confirmed it; its secret is shown this once.',
        body: Type.Object({
          factor: Type.String(),
          uri: Type.String(),
          secret: Type.String(),
          qr: Type.String({ description: 'An image as a `data:` URI.' }),
        }),
        headers: capabilityAnswer,
      },
    },
    problems: [...commandProblems, 'not-found', 'locked', 'duplicate-factor', 'conflict', 'too-many-requests'],
  },
} satisfies FastifySchema

/** RFC 4226 asks for 160 bits. */
const secretBytes = 20

/** `POST /v1/users/{user}/factors/totp`: a new secret, shown this once; it counts when a code has confirmed it. */
export function registerEnrolRoute(scope: HttpServer, parts: Parts): void {
  const { access, callers, policies, sealer, newId, randomBytes } = parts
  const base32 = new ScureBase32Plugin()
  registerPreflight(scope, path, ['POST'])
  const { security, onRequest, whoOf } = presenterGate(callers, enrolAdmission)
  scope.post(path, { schema: { ...schema, security }, onRequest }, async (request, reply) => {
    const presenter = await callers.admit(whoOf(request), reply)
    const { tenant, app } = presenter
    const user = userOfFactors(access, presenter, request.params.user)
    await assertEnrolmentOpen(parts, presenter, user)
    const factor = `f-${newId()}`
    const secret = randomBytes(secretBytes)
    const data = {
      factor,
      kind: 'totp',
      name: request.body?.name ?? null,
      sealed: sealer.seal({ tenant, user, factor }, secret),
      ticket: isVouchedFor(presenter, policies),
      app,
      session: vouchedBy(presenter).session,
      ...noCeremony,
    }
    const origin = { commandId: newId(), traceparent: traceparentOf(request) }
    const { answer } = await decided(parts, { tenant, user }, { type: 'factor-added', data }, origin)
    if (answer.events.at(-1)?.type !== 'factor-changed') throw problem('conflict')
    const text = base32.encode(secret, { padding: false })
    const issuer = access.appOf(tenant, app)?.name ?? app
    const uri = generateURI({ issuer: shownIssuer(issuer), label: user, secret: text })
    const svg = await qrText(uri, { type: 'svg', errorCorrectionLevel: 'M' })
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ factor, uri, secret: text, qr: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}` })
  })
}

/** A QR code holds 2 331 bytes, and the address names the issuer twice, each letter in up to twelve characters. */
const issuerLettersMax = 50

function shownIssuer(name: string): string {
  return Array.from(name.replaceAll(':', ' ')).slice(0, issuerLettersMax).join('')
}
