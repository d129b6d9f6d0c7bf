import type { NotificationRaised } from '@watchword/contracts'
import type { Raised } from '../deliveries/raised.ts'
import { sourceAddress } from './source-address.ts'
import { titles } from './titles.ts'

type Kind = NotificationRaised['kind']
type EventClass = Readonly<{ uid: number; name: string; categoryUid: number; categoryName: string }>

const identity = { categoryUid: 3, categoryName: 'Identity & Access Management' }
const finding: EventClass = { uid: 2004, name: 'Detection Finding', categoryUid: 2, categoryName: 'Findings' }
const accountChange: EventClass = { uid: 3001, name: 'Account Change', ...identity }
const authentication: EventClass = { uid: 3002, name: 'Authentication', ...identity }
const base: EventClass = { uid: 0, name: 'Base Event', categoryUid: 0, categoryName: 'Uncategorized' }

/** The class and the activity of each kind. @see https://schema.ocsf.io/1.8.0 */
const classes: Readonly<Record<Kind, readonly [eventClass: EventClass, activityId: number]>> = {
  // Create.
  'unusual-activity': [finding, 1],
  'verification-required': [finding, 1],
  'access-denied': [finding, 1],
  // Lock, MFA Factor Enable, MFA Factor Disable.
  'locked-by-operator': [accountChange, 9],
  'factor-added': [accountChange, 10],
  'factor-removed': [accountChange, 11],
  'factors-reset': [accountChange, 11],
  // Logoff.
  'session-ended': [authentication, 2],
  // Other.
  'approval-requested': [base, 99],
  digest: [base, 99],
  test: [base, 99],
}

const severities = { low: 1, medium: 3, high: 4 } as const
const riskLevels: Readonly<Record<string, number>> = { LOW: 1, MEDIUM: 2, HIGH: 3 }

/** A notification as an event of the Open Cybersecurity Schema Framework, 1.8.0. */
export function ocsfEvent({ tenant, user, at, data }: Raised): object {
  const { id, kind, severity, app, session, subject, similar, facts } = data
  const [{ uid, name, categoryUid, categoryName }, activityId] = classes[kind]
  return {
    activity_id: activityId,
    category_uid: categoryUid,
    category_name: categoryName,
    class_uid: uid,
    class_name: name,
    type_uid: uid * 100 + activityId,
    severity_id: severities[severity],
    status_id: 1,
    time: at,
    message: titles[kind],
    metadata: {
      version: '1.8.0',
      uid: id,
      tenant_uid: tenant,
      product: { name: 'Watchword', vendor_name: 'Watchword' },
      labels: ['watchword', kind],
      // What was done about it is of this profile.
      ...(dispositions[kind] === undefined ? {} : { profiles: ['security_control'] }),
    },
    ...classFields[uid]?.(data, user),
    unmapped: { watchword: { kind, subject, app, session, similar, facts } },
  }
}

/** What an event has by its class, beside what all have. */
const classFields: Readonly<Record<number, (data: NotificationRaised, user: string) => object>> = {
  [finding.uid]: findingFields,
  [accountChange.uid]: (_data, user) => ({ user: personOf(user) }),
  [authentication.uid]: (data, user) => ({
    user: personOf(user),
    service: { name: data.app ?? 'Watchword' },
    ...sessionOf(data.session),
  }),
}

function personOf(user: string): object {
  return { uid: user, type: 'User', type_id: 1 }
}

function sessionOf(session: string | null): object {
  return session === null ? {} : { session: { uid: session } }
}

/** Where it came from. A country without an address makes no endpoint. */
function originOf({ ip, country, userAgent }: NotificationRaised): object {
  const source = sourceAddress(ip)
  const location = country === null ? {} : { location: { country } }
  return {
    ...(source === undefined ? {} : { src_endpoint: { ip: source.ip, ...location } }),
    ...(userAgent === null ? {} : { http_request: { user_agent: userAgent } }),
  }
}

function findingFields(data: NotificationRaised, user: string): object {
  const { subject, kind, score, level, signals, session, device } = data
  return {
    is_alert: true,
    finding_info: {
      uid: subject,
      title: titles[kind],
      analytic: { name: 'watchword', type: 'Rule', type_id: 1 },
      ...(signals.length === 0 ? {} : { types: [...signals] }),
    },
    ...(score === null ? {} : { risk_score: Math.round(score) }),
    ...(level === null ? {} : { risk_level: level, risk_level_id: riskLevels[level] ?? 99 }),
    ...dispositions[kind],
    evidences: [
      {
        actor: { user: personOf(user), ...sessionOf(session) },
        ...(device === null ? {} : { device: { uid: device, type_id: 0 } }),
        ...originOf(data),
      },
    ],
  }
}

/** Allowed, and blocked; what waits for a second factor is neither. */
const dispositions: Readonly<Partial<Record<Kind, object>>> = {
  'unusual-activity': { action_id: 1, disposition_id: 1 },
  'access-denied': { action_id: 2, disposition_id: 2 },
}
