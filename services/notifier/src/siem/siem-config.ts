import { type Static, Type } from 'typebox'
import { severityFloorSchema } from '../deliveries/severity-floor.ts'
import { namedSchemas } from '../outbound/endpoint-schemas.ts'

/** A system of a tenant that collects security events by syslog. */
export const siemSchema = Type.Object(
  {
    ...namedSchemas,
    host: Type.String({ minLength: 1, maxLength: 253 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 6514 }),
    tls: Type.Boolean({
      default: true,
      description: 'False: in the clear, for a collector on the same machine or in `notifier.allowedNetworks`',
    }),
    ca: Type.Optional(
      Type.String({
        maxLength: 100_000,
        description: 'Certificates (PEM) that are trusted in the place of those that Node.js brings',
      }),
    ),
    severityFloor: severityFloorSchema,
    format: Type.Enum(['ocsf', 'ecs', 'cef'], { default: 'ocsf' }),
  },
  { additionalProperties: false },
)

export type SiemConfig = Readonly<Static<typeof siemSchema>>
