import { usernameOf } from './username-profile.ts'

/**
 * How a tenant reads the names of its users. `exact`: as they are, only as NFC. `case-preserved` and `case-mapped`: the profiles
 * UsernameCasePreserved and UsernameCaseMapped of PRECIS (RFC 8265), of which the second makes `Alice` and `alice` one person.
 */
export type UserNames = 'exact' | 'case-preserved' | 'case-mapped'

export const userNames = ['exact', 'case-preserved', 'case-mapped'] as const satisfies readonly UserNames[]

/** The rule where none was given. */
export const exactNames: UserNames = 'exact'

const userBytesMax = 256
/** Composing makes a text shorter, four units of UTF-16 to one at most: a longer one is not worth reading. */
const givenLengthMax = 4 * userBytesMax
const controls = /\p{Cc}/u
const utf8 = new TextEncoder()

/** What a text has to be to name a user, for the refusal of one that is not. */
export function userRule(names: UserNames): string {
  const form = `must be text of 1 to ${userBytesMax} bytes without control characters`
  return names === 'exact' ? form : `${form}, and a user name by RFC 8265 (${names})`
}

/** The customer's own id of a person as everything is kept under it; undefined for what breaks `userRule`. Its own canonical form. */
export function canonicalUser(given: string, names: UserNames): string | undefined {
  if (given.length > givenLengthMax) return undefined
  const user = names === 'exact' ? given.normalize('NFC') : usernameOf(given, names)
  if (user === undefined || user === '' || !isPlainText(user)) return undefined
  // No character of UTF-16 takes more than three bytes.
  return user.length * 3 <= userBytesMax || utf8.encode(user).length <= userBytesMax ? user : undefined
}

/** Whether an answer that is about `user` can be one about the person who was asked for as `given`, by whatever rule the platform has. */
export function mayBeCanonicalOf(user: string, given: string): boolean {
  return userNames.some((names) => canonicalUser(given, names) === user.normalize('NFC'))
}

/** Whether a text is the name of a rule that this build knows. */
export function isUserNames(value: unknown): value is UserNames {
  return userNames.some((names) => names === value)
}

/** Unicode text that can stand in a log line, a header or a key: no control characters, no lone surrogates. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !controls.test(text)
}
