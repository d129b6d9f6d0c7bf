import { Type } from 'typebox'
import { appTokenSchema } from './check/app-token-config.ts'

/** What an operator may set of session-guard, in one process with the others or in its own. */
export const guardSettings = {
  issuer: Type.String({ default: 'urn:watchword:session-guard', description: '`iss` of mfaTokens' }),
  appTokens: Type.Array(appTokenSchema, {
    default: [],
    description: 'Whose tokens say at `GET /v1/check` who a request is from',
  }),
}
