import { hostSections } from '@watchword/service-host'
import { type Static, Type } from 'typebox'
import { guardSettings } from './guard-settings.ts'

/** The configuration of a process of session-guard. */
export const sessionGuardProcessSchema = Type.Object({
  ...hostSections(8083),
  guard: Type.Object({
    ...guardSettings,
    secrets: Type.String({
      description: 'The text of the secrets file that `watchword secrets` makes; the same for every replica',
    }),
  }),
})

export type SessionGuardProcessConfig = Static<typeof sessionGuardProcessSchema>
