import type { Raised } from '../deliveries/raised.ts'
import { sourceAddress } from './source-address.ts'
import { titles } from './titles.ts'

const severities = { low: 21, medium: 47, high: 73 } as const

/** A notification as a document of the Elastic Common Schema. @see https://www.elastic.co/docs/reference/ecs */
export function ecsEvent({ tenant, user, at, data }: Raised): object {
  const { id, kind, severity, score, app, session, device, userAgent, subject, signals, similar, facts } = data
  const isAlert = score !== null
  return {
    '@timestamp': new Date(at).toISOString(),
    ecs: { version: '9.1.0' },
    event: {
      id,
      kind: isAlert ? 'alert' : 'event',
      category: [isAlert ? 'intrusion_detection' : 'iam'],
      type: [isAlert ? 'info' : 'change'],
      action: kind,
      module: 'watchword',
      severity: severities[severity],
      ...(score === null ? {} : { risk_score: score }),
    },
    message: titles[kind],
    user: { id: user },
    organization: { id: tenant },
    ...sourceOf(data),
    ...(userAgent === null ? {} : { user_agent: { original: userAgent } }),
    ...(app === null ? {} : { service: { name: app } }),
    watchword: {
      subject,
      similar,
      signals: [...signals],
      facts,
      ...(session === null ? {} : { session }),
      ...(device === null ? {} : { device }),
    },
  }
}

/** `ip` is of a type that refuses the whole document for any other text. */
function sourceOf({ ip, country }: Raised['data']): object {
  const source = sourceAddress(ip)
  if (source === undefined && country === null) return {}
  return {
    source: {
      ...(source === undefined ? {} : { address: source.ip, ip: source.ip }),
      ...(country === null ? {} : { geo: { country_iso_code: country } }),
    },
    ...(source === undefined ? {} : { related: { ip: [source.ip] } }),
  }
}
