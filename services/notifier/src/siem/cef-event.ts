import type { Raised } from '../deliveries/raised.ts'
import { plainText } from './plain-text.ts'
import { sourceAddress } from './source-address.ts'
import { titles } from './titles.ts'

type Field = readonly [name: string, value: string | null]

const severities = { low: 3, medium: 6, high: 9 } as const

/** A notification in ArcSight's Common Event Format, version 0, as one line: text in the header cannot end a field, nor text in the extension begin another one. */
export function cefEvent({ tenant, user, at, data }: Raised): string {
  const { id, kind, severity, score, app, session, device, ip, country, userAgent, subject, signals, similar } = data
  const head = ['CEF:0', 'Watchword', 'Watchword', '1', kind, titles[kind], String(severities[severity])]
  const extension: readonly Field[] = [
    ['rt', String(at)],
    ['externalId', id],
    ['suser', user],
    ...addressFields(ip),
    ['requestClientApplication', userAgent],
    ['app', app],
    ['cs1Label', 'tenant'],
    ['cs1', tenant],
    ['cs2Label', 'subject'],
    ['cs2', subject],
    ['cs3Label', 'session'],
    ['cs3', session ?? ''],
    ['cs4Label', 'device'],
    ['cs4', device ?? ''],
    ['cs5Label', 'signals'],
    ['cs5', signals.join(' ')],
    ['cs6Label', country === null ? null : 'country'],
    ['cs6', country],
    ['cn1Label', 'score'],
    ['cn1', score === null ? null : String(Math.round(score))],
    ['cnt', String(similar + 1)],
  ]
  const fields = extension.flatMap(([name, value]) => (value === null ? [] : [`${name}=${escapedValue(value)}`]))
  return `${head.map(escapedHead).join('|')}|${fields.join(' ')}`
}

/** `src` is an IPv4 address by its type; this one of the fields for IPv6 is for the source. */
function addressFields(ip: string | null): readonly Field[] {
  const source = sourceAddress(ip)
  if (source === undefined) return []
  if (source.version === 4) return [['src', source.ip]]
  return [
    ['c6a2Label', 'Source IPv6 Address'],
    ['c6a2', source.ip],
  ]
}

function escapedHead(text: string): string {
  return plainText(text).replaceAll(/[\\|]/g, '\\$&')
}

function escapedValue(text: string): string {
  return plainText(text).replaceAll(/[\\=]/g, '\\$&')
}
