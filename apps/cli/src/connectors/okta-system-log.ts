import { countryCode } from './country-code.ts'
import { type ConnectorResult, present, type ReportedActivity, vendorTime } from './reported-activity.ts'

/** Okta event type -> activity type; by longest prefix. Anything else is `context`, so that nothing gets lost. */
const types: readonly (readonly [prefix: string, type: string])[] = [
  ['user.session.start', 'login'],
  ['user.session.end', 'logout'],
  ['user.session.clear', 'logout'],
  ['user.authentication.sso', 'access'],
  ['user.authentication.auth_via', 'login'],
  ['policy.evaluate_sign_on', 'context'],
  ['user.mfa.factor', 'credential-change'],
  ['system.mfa.factor', 'credential-change'],
  ['user.account.update_password', 'credential-change'],
  ['user.account.reset_password', 'credential-change'],
  ['user.credential', 'credential-change'],
  ['app.', 'access'],
  ['application.', 'access'],
]

/** Maps one event of Okta's System Log to an activity. Keys are matched without regard to case: some pipelines lower them. */
export function activityOfOktaEvent(event: unknown, line: number): ConnectorResult {
  const eventType = text(at(event, 'eventType'))
  const user = text(at(event, 'actor', 'alternateId')) ?? text(at(event, 'actor', 'id'))
  if (eventType === undefined) return { ok: false, line, detail: '/eventType is missing' }
  if (user === undefined) return { ok: false, line, detail: '/actor/alternateId is missing' }
  return { ok: true, activity: activityOf(event, eventType, user) }
}

function activityOf(event: unknown, eventType: string, user: string): ReportedActivity {
  const client = at(event, 'client')
  const type = types.find(([prefix]) => eventType.startsWith(prefix))?.[1] ?? 'context'
  const reason = text(at(event, 'outcome', 'reason')) ?? ''
  return present({
    id: text(at(event, 'uuid')),
    type,
    outcome: outcomeOf(text(at(event, 'outcome', 'result'))),
    user,
    session: text(at(event, 'authenticationContext', 'externalSessionId')),
    device: text(at(event, 'device', 'id')),
    fingerprint: text(at(event, 'debugContext', 'debugData', 'dtHash')),
    ip: text(at(client, 'ipAddress')),
    userAgent: text(at(client, 'userAgent', 'rawUserAgent')),
    time: vendorTime(at(event, 'published')),
    action: type === 'login' || type === 'logout' ? undefined : { type: eventType },
    signals: /phishing/i.test(reason) ? ['phishing-proxy'] : [],
    network: networkOf(client, at(event, 'securityContext')),
    attributes: present({ oktaEventType: eventType, oktaReason: reason.slice(0, 256) }),
  })
}

function outcomeOf(result: string | undefined): string {
  if (result === 'FAILURE' || result === 'DENY') return 'failed'
  return result === 'CHALLENGE' ? 'attempted' : 'succeeded'
}

function networkOf(client: unknown, security: unknown): ReportedActivity {
  const place = at(client, 'geographicalContext')
  const asn = Number(at(security, 'asNumber') ?? Number.NaN)
  return present({
    country: countryCode(at(place, 'country')),
    region: text(at(place, 'state')),
    city: text(at(place, 'city')),
    latitude: coordinate(at(place, 'geolocation', 'lat'), 90),
    longitude: coordinate(at(place, 'geolocation', 'lon'), 180),
    asn: Number.isSafeInteger(asn) && asn > 0 ? asn : undefined,
    type: at(security, 'isProxy') === true ? 'proxy' : undefined,
  })
}

function coordinate(value: unknown, limit: number): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= limit ? value : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The value at a path, whatever the case of the keys; undefined where the path ends early. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null) return undefined
    const wanted = key.toLowerCase()
    return Object.entries(inner).find(([name]) => name.toLowerCase() === wanted)?.[1]
  }, value)
}
