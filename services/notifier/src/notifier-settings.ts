import { type Static, Type } from 'typebox'
import { webhookSchema } from './webhooks/webhook-config.ts'

/** What an operator may set of the notifier, in one process with the others or in its own. */
export const notifierSettings = {
  webhooks: Type.Array(webhookSchema, {
    default: [],
    description: 'Endpoints that are told by signed HTTP requests (Standard Webhooks)',
  }),
  allowedNetworks: Type.Array(Type.String({ maxLength: 64 }), {
    default: [],
    description:
      'Networks (CIDR) that are not public and may be sent to all the same; in them, and nowhere else, by plain HTTP too',
  }),
}

const settingsSchema = Type.Object(notifierSettings)

export type NotifierConfig = Readonly<Static<typeof settingsSchema>>
