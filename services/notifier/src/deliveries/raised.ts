import type { NotificationRaised, NotificationRecord } from '@watchword/contracts'

/** A notification as it stands on the log. */
export type Raised = Readonly<{ tenant: string; user: string; at: number; data: NotificationRaised }>

/** The notification of a record; undefined for any other record. */
export function raisedOf({ tenant, user, at, body }: NotificationRecord): Raised | undefined {
  return body.type === 'notification-raised' ? { tenant, user, at, data: body.data } : undefined
}
