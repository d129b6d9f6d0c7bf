import type { HttpServer } from '@watchword/service-kit'
import { Type } from 'typebox'
import type { GuardParts } from '../guard-parts.ts'

const keySchema = Type.Object({
  kty: Type.String(),
  crv: Type.String(),
  x: Type.String(),
  kid: Type.String(),
  use: Type.Literal('sig'),
  alg: Type.Literal('EdDSA'),
})

const schema = {
  summary: 'The public keys that mfaTokens are signed with.',
  security: [],
  documentation: {
    answers: {
      200: { description: 'A JWK set (RFC 7517).', body: Type.Object({ keys: Type.Array(keySchema) }) },
    },
  },
}

/** `GET /.well-known/jwks.json`. */
export function registerJwksRoute(app: HttpServer, { mfaTokens }: Pick<GuardParts, 'mfaTokens'>): void {
  app.get('/.well-known/jwks.json', { schema }, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(mfaTokens.jwks),
  )
}
