import { Type } from 'typebox'

/** A user id as it comes in; `userOf` of `access` makes it canonical. */
export const userSchema = Type.String({ minLength: 1, maxLength: 256 })

/** An id of the app's own: a session, a device. */
export const idSchema = Type.String({ minLength: 1, maxLength: 256 })
