import type { Raised } from '../deliveries/raised.ts'

/**
 * The body of a webhook as JSON, the same on every attempt; what is unknown is left out. Only what is named here goes to webhooks: where it came from (address,
 * country, user agent) does not.
 */
export function webhookPayload({ tenant, user, at, data }: Raised): string {
  const { id, severity, audience, subject, signals, facts, similar } = data
  const { kind, app, session, device, score, level, reasonUser } = data
  return JSON.stringify({
    type: `notification.${kind}`,
    timestamp: new Date(at).toISOString(),
    data: {
      id,
      severity,
      audience,
      subject,
      signals,
      facts,
      similar,
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
