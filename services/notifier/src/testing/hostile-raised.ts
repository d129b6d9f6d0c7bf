import fc from 'fast-check'
import type { Raised } from '../deliveries/raised.ts'
import { sampleRaised as raised } from './sample-raised.ts'

const hostileParts = [
  '\r\n',
  '\n',
  '\0',
  '|',
  '\\',
  '=',
  ' suser=root',
  '"',
  '<14>1 ',
  '\u202e',
  '\u2028',
  '\u0085',
  '\ud800',
  '😀',
  'ä',
]
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...hostileParts), fc.string({ unit: 'binary' })), { maxLength: 8 })
  .map((parts) => parts.join(''))
/** An address as ingest lets it in, or what a foreign writer may put in its place. */
const hostileAddress = fc.oneof(fc.constantFrom('203.0.113.7', '2001:db8::7'), hostileText)
/** Notifications whose texts try to end a record, a field or a line, to begin one, or to show as something else. */
export const hostile = fc
  .record({
    user: hostileText,
    session: hostileText,
    device: hostileText,
    ip: hostileAddress,
    country: hostileText,
    userAgent: hostileText,
    signal: hostileText,
    fact: hostileText,
  })
  .map(
    ({ user, signal, fact, ...said }): Raised => ({
      ...raised,
      user,
      data: { ...raised.data, ...said, signals: [signal], facts: { [fact]: fact } },
    }),
  )
