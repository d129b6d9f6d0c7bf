import { hostSections } from '@watchword/service-host'
import { type Static, Type } from 'typebox'

/** The configuration of a process of session-guard. */
export const sessionGuardProcessSchema = Type.Object({
  ...hostSections(8083),
  guard: Type.Object({
    issuer: Type.String({ default: 'urn:watchword:session-guard', description: '`iss` of mfaTokens' }),
    secrets: Type.String({
      description: 'The text of the secrets file that `watchword secrets` makes; the same for every replica',
    }),
  }),
})

export type SessionGuardProcessConfig = Static<typeof sessionGuardProcessSchema>
