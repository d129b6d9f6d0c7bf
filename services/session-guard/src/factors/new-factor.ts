import { Type } from 'typebox'

/** What a person calls a factor, to tell several apart. */
export const factorNameSchema = Type.String({ minLength: 1, maxLength: 100 })

/** What a command says that enrols anything but a passkey. */
export const noCeremony = {
  challenge: null,
  challengeExpiresAt: null,
  step: null,
  backedUp: null,
  context: null,
} as const
