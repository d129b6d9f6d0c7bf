import type { Lock } from '@watchword/frames'
import type { Verification } from './challenge-client.ts'
import { defineWatchwordChallenge } from './challenge-element.ts'
import { createSessionChannel, type SessionChannel } from './session-channel.ts'
import { WatchwordBrowserError } from './watchword-browser-error.ts'

/** What `AuthenticationClient` takes. GenAuth's `appId` alone cannot say who is there: a page proves it by tickets of the app's backend. */
export type AuthenticationClientOptions = {
  /** Base address of the platform. */
  readonly url: string
  readonly appId?: string
  readonly session: string
  /** Gets a fresh one-use ticket for a purpose from the app's backend. */
  readonly ticket: (purpose: 'subscribe' | 'challenge') => Promise<string>
  readonly onError?: (error: WatchwordBrowserError) => void
}

/** What a lock triggers; to be given to `AuthingMFA`. */
export type MfaTriggerData = {
  readonly lock: Lock
  readonly url: string
  readonly ticket: () => Promise<string>
}

/** GenAuth's client for a page: `MFA.subscribe` calls back once for each lock of this session, also for one that was there before. */
export class AuthenticationClient {
  readonly MFA: { readonly subscribe: (topic: string, callback: (data: MfaTriggerData) => void) => SessionChannel }

  constructor({ url, session, ticket, onError }: AuthenticationClientOptions) {
    this.MFA = {
      subscribe: (topic, callback) =>
        createSessionChannel({
          url,
          session,
          user: userOf(topic),
          ticket: async () => ticket('subscribe'),
          onLocked: (lock) => callback({ lock, url, ticket: async () => ticket('challenge') }),
          onUnlocked: () => undefined,
          onSessionEnded: () => undefined,
          ...(onError === undefined ? {} : { onError }),
        }),
    }
  }
}

/** The person a topic is about: `authing.security.mfa?originalIdentity=…` or `?user=…`. */
const userOf = (topic: string): string => {
  const parameters = new URLSearchParams(topic.slice(topic.indexOf('?') + 1))
  const user = parameters.get('originalIdentity') ?? parameters.get('user') ?? ''
  if (!/^(?:authing|watchword)\.security\.mfa\?/.test(topic) || user === '') {
    throw new WatchwordBrowserError('invalid-topic')
  }
  return user
}

/** Asks the person for a factor. `start` resolves with the mfaToken; rejects with `cancelled`, `verified-elsewhere` (in another tab) or why it failed. */
export const AuthingMFA = ({ lock, url, ticket }: MfaTriggerData): { readonly start: () => Promise<string> } => ({
  start: async () => {
    defineWatchwordChallenge()
    const element = document.createElement('watchword-challenge')
    element.setAttribute('base-url', url)
    element.ticket = ticket
    try {
      return await new Promise<string>((resolve, reject) => {
        const on = (type: string, then: (detail: unknown) => void): void =>
          element.addEventListener(`watchword-${type}`, (event) => then((event as CustomEvent<unknown>).detail))
        on('verified', (detail) => resolve((detail as Verification).mfaToken))
        on('failed', (detail) => reject(new WatchwordBrowserError((detail as { readonly code: string }).code)))
        on('cancelled', () => reject(new WatchwordBrowserError('cancelled')))
        on('verified-elsewhere', () => reject(new WatchwordBrowserError('verified-elsewhere')))
        document.body.append(element)
        element.lock = lock
      })
    } finally {
      element.remove()
    }
  },
})
