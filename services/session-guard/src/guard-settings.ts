import { Type } from 'typebox'
import { appTokenSchema } from './check/app-token-config.ts'

/** What an operator may set of session-guard, in one process with the others or in its own. */
export const guardSettings = {
  issuer: Type.String({ default: 'urn:watchword:session-guard', description: '`iss` of mfaTokens' }),
  tenantGuessesMax: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 1_000,
    description:
      'Wrong codes that the users of one tenant may give in 15 minutes, all together; passkeys are not limited by it',
  }),
  groupsFromProxy: Type.Boolean({
    default: false,
    description:
      'Whether every proxy that asks `GET /v1/check` sets `X-Watchword-Groups` on every request, so that no client can; without it the header is not believed',
  }),
  reportKey: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description:
        'Signs the tickets that `POST /v1/reports` takes; 32 bytes in base64url, that of `notifier.reportKey`; none: no reports are taken',
    }),
  ),
  appTokens: Type.Array(appTokenSchema, {
    default: [],
    description: 'Whose tokens say at `GET /v1/check` who a request is from',
  }),
}
