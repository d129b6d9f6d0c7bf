import { canonicalUser, exactNames, isUserNames, type UserNames, userNames } from '@watchword/user-names'
import { WatchwordError } from './watchword-error.ts'

/** How the platform reads the names of users, as it has said with an answer; as they are until then. */
export type KnownNames = {
  /** Takes what an answer says, which is nothing where names are read as they are; false for what this version does not know. */
  readonly note: (said: unknown) => boolean
  /** The name as the platform has it; undefined for what is no name there. */
  readonly canonical: (user: string) => string | undefined
  /** As `canonical`; before the platform has said how it reads names, every name that it may have. */
  readonly readings: (user: string) => readonly string[]
}

/** What is known before the first answer. */
export const createKnownNames = (): KnownNames => {
  let known: UserNames | undefined
  return {
    note: (said = exactNames) => {
      if (!isUserNames(said)) return false
      known = said
      return true
    },
    canonical: (user) => canonicalUser(user, known ?? exactNames),
    readings: (user) => {
      const read = (known === undefined ? userNames : [known]).map((names) => canonicalUser(user, names))
      return [...new Set(read)].filter((name) => name !== undefined)
    },
  }
}

/** What is wrong with an answer whose rule of names this version does not know: by another one, locks would be nobody's. */
export const unsupportedUserNames = (): WatchwordError =>
  new WatchwordError('unsupported-user-names', 'the platform reads the names of users in a way of its own')
