import { problem } from '@watchword/service-kit'
import { canonicalUser, type UserNames, userRule } from '@watchword/user-names'

/** The user whom a request names, as records are kept under it; throws `malformed` at the pointer for what can be nobody's name. */
export function userOf(given: string, pointer: string, names: UserNames): string {
  const user = canonicalUser(given, names)
  if (user === undefined) throw problem('malformed', { errors: [{ pointer, detail: userRule(names) }] })
  return user
}
