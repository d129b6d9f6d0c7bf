import { type Static, Type } from 'typebox'
import { mailSchema } from './mail/mail-config.ts'
import { siemSchema } from './siem/siem-config.ts'
import { webhookSchema } from './webhooks/webhook-config.ts'

/** What an operator may set of the notifier, in one process with the others or in its own. */
export const notifierSettings = {
  webhooks: Type.Array(webhookSchema, {
    default: [],
    description: 'Endpoints that are told by signed HTTP requests (Standard Webhooks)',
  }),
  mail: Type.Array(mailSchema, {
    default: [],
    description: 'By which SMTP server the people of a tenant are told, and who knows their addresses',
  }),
  siem: Type.Array(siemSchema, {
    default: [],
    description: 'Collectors that are told by syslog (RFC 5424) in OCSF, ECS or CEF',
  }),
  reportKey: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description: 'Signs the tickets of links in mails; 32 bytes in base64url, the same for whoever takes the answers',
    }),
  ),
  allowedNetworks: Type.Array(Type.String({ maxLength: 64 }), {
    default: [],
    description:
      'Networks (CIDR) that are not public and may be sent to all the same; in them, and nowhere else, by plain HTTP too',
  }),
}

const settingsSchema = Type.Object(notifierSettings)

export type NotifierConfig = Readonly<Static<typeof settingsSchema>>
