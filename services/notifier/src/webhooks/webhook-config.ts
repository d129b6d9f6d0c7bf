import { type Static, Type } from 'typebox'
import { severityFloorSchema } from '../deliveries/severity-floor.ts'

/** Base64 of 24 to 64 bytes, as Standard Webhooks has it. */
const secretPattern = '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$'

/** An endpoint of a tenant that is told by HTTP. */
export const webhookSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Names it in the log and in metrics' }),
    tenant: Type.String({ minLength: 1, maxLength: 63 }),
    url: Type.String({ maxLength: 2_000, pattern: '^https?://[^/?#@\\s\\\\]+(?:[/?#]\\S*)?$' }),
    secrets: Type.Array(Type.String({ pattern: secretPattern }), {
      minItems: 1,
      maxItems: 2,
      description: 'Sign every request; two while one replaces the other',
    }),
    severityFloor: severityFloorSchema,
    kinds: Type.Array(Type.String({ maxLength: 64 }), {
      default: [],
      description: 'Kinds of notification that it is told; none: all',
    }),
  },
  { additionalProperties: false },
)

export type WebhookConfig = Readonly<Static<typeof webhookSchema>>
