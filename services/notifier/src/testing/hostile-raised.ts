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
/** Notifications whose texts try to end a record, a field or a line, to begin one, or to show as something else. */
export const hostile = fc
  .record({ user: hostileText, session: hostileText, device: hostileText, signal: hostileText, fact: hostileText })
  .map(
    ({ user, session, device, signal, fact }): Raised => ({
      ...raised,
      user,
      data: { ...raised.data, session, device, signals: [signal], facts: { [fact]: fact } },
    }),
  )
