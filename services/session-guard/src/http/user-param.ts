import { canonicalUser, type UserNames, userRule } from '@watchword/user-names'
import { Type } from 'typebox'
import { malformed } from './malformed.ts'

/** A user id as it comes in; `userOf` makes it canonical. */
export const userSchema = Type.String({ minLength: 1, maxLength: 256 })

/** An id of the app's own: a session, a device. */
export const idSchema = Type.String({ minLength: 1, maxLength: 256 })

/** The canonical user id by the tenant's rule of names; throws `malformed` where there is none. */
export function userOf(text: string, pointer: string, names: UserNames): string {
  const user = canonicalUser(text, names)
  if (user === undefined) throw malformed(pointer, userRule(names))
  return user
}
