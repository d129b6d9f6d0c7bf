import { malformed } from '../http/malformed.ts'

const names = [
  'x-watchword-key',
  'x-watchword-user',
  'x-watchword-session',
  'x-watchword-device',
  'x-watchword-groups',
  'x-watchword-password-change',
  'x-original-method',
  'x-original-uri',
] as const

type SubjectHeader = (typeof names)[number]

/** What a proxy says of whom it asks about. */
export type SubjectHeaders = Readonly<Record<SubjectHeader, string | undefined>>

const subjectHeaders: ReadonlySet<string> = new Set(names)
const beyondAscii = /[\u0080-\u00ff]/

/**
 * The headers that name the subject, from names and values in turn as they came. Throws `malformed` when one is given twice,
 * which could be read in two ways; an empty one counts as none.
 */
export function subjectHeadersOf(rawHeaders: readonly string[]): SubjectHeaders {
  const found: Record<SubjectHeader, string | undefined> = {
    'x-watchword-key': undefined,
    'x-watchword-user': undefined,
    'x-watchword-session': undefined,
    'x-watchword-device': undefined,
    'x-watchword-groups': undefined,
    'x-watchword-password-change': undefined,
    'x-original-method': undefined,
    'x-original-uri': undefined,
  }
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    if (!isSubjectHeader(name)) continue
    if (found[name] !== undefined) throw malformed(`/headers/${name}`, 'must not be given twice')
    found[name] = textOf(rawHeaders[index + 1] ?? '')
  }
  // Proxies send a variable without a value as an empty header.
  for (const name of names) if (found[name] === '') found[name] = undefined
  return found
}

function isSubjectHeader(name: string): name is SubjectHeader {
  return subjectHeaders.has(name)
}

/** Node reads header bytes as Latin-1; proxies send UTF-8. */
function textOf(value: string): string {
  return beyondAscii.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value
}
