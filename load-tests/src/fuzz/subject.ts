import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Headers } from './fuzz-case.ts'
import type { Person } from './world/person.ts'

/** The headers by which a proxy names whom it asks about at `/v1/check`. */
export function subjectOf(key: string, { user, session, device }: Person, { chance, pick }: SeededRandom): Headers {
  const optional: Headers = {
    'x-watchword-session': session,
    'x-watchword-device': device,
    'x-original-method': pick(['GET', 'POST']),
    'x-original-uri': pick(['/', '/transfers/7?to=x', '/a/b/c']),
  }
  const given = Object.entries(optional).filter(() => chance(0.6))
  return { 'x-watchword-key': key, 'x-watchword-user': user, ...Object.fromEntries(given) }
}

const names = [
  'x-watchword-key',
  'x-watchword-user',
  'x-watchword-session',
  'x-watchword-device',
  'x-original-method',
  'x-original-uri',
]

/** One of those headers missing, doubled, empty, in other bytes, or far too long; and its name. */
export function strangeSubject(headers: Headers, { pick }: SeededRandom): Readonly<{ headers: Headers; name: string }> {
  const name = pick(names)
  const { [name]: given = 'x', ...others } = headers
  const values = pick<readonly string[]>([
    [],
    [''],
    [String(given), String(given)],
    [String(given), 'other'],
    [Buffer.from('zoë\u0301👩').toString('latin1')],
    ['\u00ff\u00fe\u0080'],
    ['x'.repeat(257)],
    ['/'.repeat(5_000)],
    ['/a'.repeat(3_000)],
    ['*'],
    [`/%2e%2e/${'%61'.repeat(1_000)}`],
  ])
  return { headers: values.length === 0 ? others : { ...others, [name]: values }, name }
}
