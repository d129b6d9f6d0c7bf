import { problem } from '@watchword/service-kit'
import { Type } from 'typebox'

/** A user id as it comes in; `userOf` makes it canonical. */
export const userSchema = Type.String({ minLength: 1, maxLength: 256 })

/** An id of the app's own: a session, a device. */
export const idSchema = Type.String({ minLength: 1, maxLength: 256 })

/** The user id as NFC; throws `malformed` for one that is longer than 256 bytes or no Unicode text. */
export function userOf(text: string, pointer: string): string {
  const user = text.normalize('NFC')
  if (!user.isWellFormed() || Buffer.byteLength(user) > 256)
    throw problem('malformed', { errors: [{ pointer, detail: 'must be text of at most 256 bytes' }] })
  return user
}
