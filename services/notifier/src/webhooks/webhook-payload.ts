import type { Raised } from '../deliveries/raised.ts'

/** The body of a webhook as JSON, the same on every attempt; what is unknown is left out. */
export function webhookPayload({ tenant, user, at, data }: Raised): string {
  const { kind, app, session, device, score, level, reasonUser, ...rest } = data
  return JSON.stringify({
    type: `notification.${kind}`,
    timestamp: new Date(at).toISOString(),
    data: {
      ...rest,
      tenant,
      user,
      ...(app === null ? {} : { app }),
      ...(session === null ? {} : { session }),
      ...(device === null ? {} : { device }),
      ...(score === null ? {} : { score }),
      ...(level === null ? {} : { level }),
      reason: reasonUser,
    },
  })
}
