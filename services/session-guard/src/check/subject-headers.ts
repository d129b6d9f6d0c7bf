import { malformed } from '../http/malformed.ts'

/** Headers by name, lower case; undefined for one that was not sent, or sent empty. */
type HeadersOf<Name extends string> = Readonly<Record<Name, string | undefined>>

const beyondAscii = /[\u0080-\u00ff]/

/**
 * A reader of these headers, given lower case, from names and values in turn as they came. It throws `malformed` when one is given
 * twice, which could be read in two ways; an empty one counts as none.
 */
export function singleHeaders<Name extends string>(
  names: readonly Name[],
): (rawHeaders: readonly string[]) => HeadersOf<Name> {
  const none = Object.fromEntries(names.map((name) => [name, undefined])) as Record<Name, string | undefined>
  const isRead = (name: string): name is Name => Object.hasOwn(none, name)
  return (rawHeaders) => {
    const found = { ...none }
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const name = rawHeaders[index]?.toLowerCase() ?? ''
      if (!isRead(name)) continue
      if (found[name] !== undefined) throw malformed(`/headers/${name}`, 'must not be given twice')
      found[name] = textOf(rawHeaders[index + 1] ?? '')
    }
    // Proxies send a variable without a value as an empty header.
    for (const name of names) if (found[name] === '') found[name] = undefined
    return found
  }
}

/** What a proxy may say of whom it asks about. */
export const subjectHeaderNames = [
  'x-watchword-key',
  'x-watchword-user',
  'x-watchword-session',
  'x-watchword-device',
  'x-watchword-groups',
  'x-watchword-password-change',
  'x-original-method',
  'x-original-uri',
] as const

/** What a proxy says of whom it asks about. */
export type SubjectHeaders = HeadersOf<(typeof subjectHeaderNames)[number]>

/** The headers that name the subject. */
export const subjectHeadersOf = singleHeaders(subjectHeaderNames)

/** Node reads header bytes as Latin-1; proxies send UTF-8. */
function textOf(value: string): string {
  return beyondAscii.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value
}
