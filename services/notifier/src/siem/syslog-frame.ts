import type { Raised } from '../deliveries/raised.ts'
import { plainText } from './plain-text.ts'

/** Security and authorization messages. */
const facility = 10
/** Warning, notice, informational. */
const severities = { high: 4, medium: 5, low: 6 } as const

/**
 * A message of RFC 5424, framed by its length in bytes, so that nothing in it can end it.
 * @see https://www.rfc-editor.org/rfc/rfc5425#section-4.3
 */
export function syslogFrame({ at, data }: Pick<Raised, 'at' | 'data'>, hostname: string, message: string): Buffer {
  const priority = facility * 8 + severities[data.severity]
  // Names are ASCII without spaces, of at most 255 and 32 characters.
  const host =
    plainText(hostname)
      .replaceAll(/[^!-~]/g, '')
      .slice(0, 255) || '-'
  const head = `<${priority}>1 ${new Date(at).toISOString()} ${host} watchword - ${data.kind.slice(0, 32)} - `
  // The mark says that the text is UTF-8.
  const body = Buffer.from(`${head}\uFEFF${message}`)
  return Buffer.concat([Buffer.from(`${body.length} `), body])
}
