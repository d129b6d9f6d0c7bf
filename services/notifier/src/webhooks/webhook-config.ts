import { kindRules, type NotificationKind } from '@watchword/notification'
import { type Static, Type } from 'typebox'
import { severityFloorSchema } from '../deliveries/severity-floor.ts'
import { namedSchemas, secretsSchema, urlSchema } from '../outbound/endpoint-schemas.ts'

const kinds = Object.keys(kindRules) as NotificationKind[]

/** An endpoint of a tenant that is told by HTTP. */
export const webhookSchema = Type.Object(
  {
    ...namedSchemas,
    url: urlSchema,
    secrets: secretsSchema,
    severityFloor: severityFloorSchema,
    kinds: Type.Array(Type.Enum(kinds), {
      default: [],
      description: 'Kinds of notification that it is told, each with its digest; none: all',
    }),
  },
  { additionalProperties: false },
)

export type WebhookConfig = Readonly<Static<typeof webhookSchema>>
