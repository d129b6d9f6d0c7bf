import type { DigestCounted, NotificationRaised, NotificationRecord } from '@watchword/contracts'

/** A notification as it stands on the log. */
export type Raised = Readonly<{ tenant: string; user: string; at: number; data: NotificationRaised }>

/** The notification that a record is, or that a digest becomes; undefined for any other record. */
export function raisedOf({ tenant, user, at, body }: NotificationRecord): Raised | undefined {
  if (body.type === 'notification-raised') return { tenant, user, at, data: body.data }
  return body.type === 'digest-counted' ? { tenant, user, at, data: digestNotification(body.data, user) } : undefined
}

function digestNotification(
  { id, kind, severity, audience, app, count }: DigestCounted,
  user: string,
): NotificationRaised {
  return {
    id,
    kind: 'digest',
    severity,
    audience,
    app,
    session: null,
    device: null,
    ip: null,
    country: null,
    userAgent: null,
    subject: user,
    reasonUser: { en: 'There was more that you were not told of one by one.' },
    signals: [],
    score: null,
    level: null,
    facts: { of: kind },
    similar: count,
  }
}
