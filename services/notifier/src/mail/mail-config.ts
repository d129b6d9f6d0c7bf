import { type Static, Type } from 'typebox'
import { severityFloorSchema } from '../deliveries/severity-floor.ts'

/** How the people of a tenant are told by mail. */
export const mailSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Names it in the log and in metrics' }),
    tenant: Type.String({ minLength: 1, maxLength: 63 }),
    host: Type.String({ minLength: 1, maxLength: 253, description: 'The SMTP server' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 465 }),
    tls: Type.Enum(['implicit', 'starttls', 'none'], {
      default: 'implicit',
      description: '`starttls` is required of the server, not only offered',
    }),
    username: Type.Optional(Type.String({ maxLength: 300 })),
    password: Type.Optional(Type.String({ maxLength: 1_000 })),
    from: Type.String({ maxLength: 300, pattern: '^[^\\r\\n<>"]*<?[^\\s<>@",;:]+@[^\\s<>@",;:]+>?$' }),
    service: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
      description: 'What the people call the app',
    }),
    directory: Type.Object(
      {
        url: Type.String({ maxLength: 2_000, pattern: '^https?://[^/?#@\\s\\\\]+(?:[/?#]\\S*)?$' }),
        secrets: Type.Array(Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$' }), {
          minItems: 1,
          maxItems: 2,
        }),
      },
      { additionalProperties: false, description: 'Who knows the address of a user; asked by signed requests' },
    ),
    severityFloor: severityFloorSchema,
    link: Type.Optional(
      Type.String({
        maxLength: 1_000,
        pattern: '^https?://[^\\s<>"]+$',
        description:
          'Where a person answers whether it was them; `{id}` stands for the notification, `{ticket}`, behind `#`, for what lets the page answer',
      }),
    ),
  },
  { additionalProperties: false },
)

export type MailConfig = Readonly<Static<typeof mailSchema>>
