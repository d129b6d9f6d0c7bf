import { type Static, Type } from 'typebox'
import { severityFloorSchema } from '../deliveries/severity-floor.ts'
import { namedSchemas, secretsSchema, urlSchema } from '../outbound/endpoint-schemas.ts'

/** How the people of a tenant are told by mail. */
export const mailSchema = Type.Object(
  {
    ...namedSchemas,
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
        url: urlSchema,
        secrets: secretsSchema,
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
