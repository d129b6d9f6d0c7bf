import { idPattern } from '@watchword/contracts'
import { hostSections } from '@watchword/service-host'
import { userNames } from '@watchword/user-names'
import { type Static, Type } from 'typebox'
import { ingestConfigSchema } from './config.ts'

const idSchema = Type.String({ pattern: idPattern.source, default: 'demo' })

/** How the first app of a tenant has the names of its users read. */
export const userNamesSchema = Type.Optional(
  Type.Enum([...userNames], {
    description:
      'How the names of users are read; fixed by the first start of a tenant, which is `exact` where nothing is said',
  }),
)

/** The first key of a deployment: nobody could make one without it. */
export const bootstrapSchema = Type.Object({
  tenant: idSchema,
  app: idSchema,
  userNames: userNamesSchema,
  origins: Type.Array(Type.String(), { default: [], description: 'Where pages of the app come from' }),
  key: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'A key of the app with every scope, made by `watchword secrets`; taken at start unless it is known',
    }),
  ),
})

export type BootstrapConfig = Static<typeof bootstrapSchema>

/** The configuration of a process of ingest. */
export const ingestProcessSchema = Type.Object({
  ...hostSections(8081),
  ingest: ingestConfigSchema,
  bootstrap: bootstrapSchema,
})
