// Generated from schemas/ by `npm run generate`: do not edit.

export type NotificationKind = 'unusual-activity' | 'verification-required' | 'access-denied' | 'locked-by-operator' | 'session-ended' | 'factor-added' | 'factor-removed' | 'factors-reset' | 'approval-requested' | 'test' | 'digest'

export type Severity = 'low' | 'medium' | 'high'

/** Somebody is to be told something */
export type NotificationRaised = Readonly<{
  /** n-<a or s>-<partition>-<offset> of the assessment or the session record, of a test n-t-<uuid>; the same on every delivery */
  id: string
  kind: NotificationKind
  severity: Severity
  /** user, operators */
  audience: readonly string[]
  app: null | string
  session: null | string
  device: null | string
  /** Address that the assessed activity came from; for SIEMs, in no mail and no webhook */
  ip: null | string
  /** ISO 3166-1 alpha-2, of the assessed activity; for SIEMs */
  country: null | string
  /** User-Agent of the assessed activity; for SIEMs */
  userAgent: null | string
  /** Id of the assessment, lock, session, factor or authorization that it is about; of factors_reset and a digest the user, of a test watchword-test */
  subject: string
  /** By language tag; safe to show */
  reasonUser: Readonly<Record<string, string>>
  /** Codes of the signals that gave points */
  signals: readonly string[]
  /** 0..100 */
  score: null | number
  level: null | string
  /** What else there is to say of it, by kind */
  facts: Readonly<Record<string, string>>
  /** How many of this kind were held back since one was last told */
  similar: number
}>

export type DeliveryOutcome = 'delivered' | 'failed' | 'gave-up' | 'endpoint-gone'

/** A notification was sent to an endpoint, or was not */
export type DeliveryAttempted = Readonly<{
  notification: string
  /** Id of the endpoint in the configuration */
  endpoint: string
  /** Counts from 1 */
  attempt: number
  outcome: DeliveryOutcome
  /** Stable code of what happened */
  detail: string
  /** When it is tried again; none: never */
  nextAt: null | number
}>

/** What was held back because there was too much of its kind, gathered to be told together; the last record of an id counts */
export type DigestCounted = Readonly<{
  /** Of the notification that it becomes: n-<a or s>-<partition>-<offset> of the first record that was held back */
  id: string
  kind: NotificationKind
  severity: Severity
  /** user, operators */
  audience: readonly string[]
  app: null | string
  /** How many at least; 0: it is not told, for another notification has counted them */
  count: number
  /** Nothing is added from then on, and it is told */
  dueAt: number
}>

/** What people and machines are told, and what became of each delivery. Key: tenant:user. */
export type NotificationRecord = Readonly<{
  tenant: string
  /** The customer's own id of the person, NFC */
  user: string
  at: number
  body: Readonly<{ type: 'notification-raised'; data: NotificationRaised }> | Readonly<{ type: 'delivery-attempted'; data: DeliveryAttempted }> | Readonly<{ type: 'digest-counted'; data: DigestCounted }>
}>
