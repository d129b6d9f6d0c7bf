import { createSessionChannel, type Lock, type WatchwordChallengeElement } from '@watchword/browser'
import type { BankApi, SignedIn } from './bank-api.ts'

/** What the page does when its session changes. */
export type LiveSessionHooks = {
  /** A lock came or went. */
  readonly onChange: (locked: boolean) => void
  /** The person proved to be the person and has a new session. */
  readonly onRenewed: (who: SignedIn) => void
  readonly onEnded: () => void
  readonly onFault: (text: string) => void
}

/** How long an answer on its way may take to tell why the session ended. */
const renewalWaitMs = 5_000

/** Keeps the page in touch with its session; returns how to stop. */
export const startLiveSession = (
  who: SignedIn,
  publicUrl: string,
  api: BankApi,
  challenge: WatchwordChallengeElement,
  hooks: LiveSessionHooks,
): (() => void) => {
  challenge.setAttribute('base-url', publicUrl)
  challenge.ticket = () => api.ticket('challenge')
  const tabs = new BroadcastChannel('bank-session')
  const leave = new AbortController()
  const { signal } = leave
  let endTimer: number | undefined
  let wasLocked = false

  const ask = (locks: readonly Lock[]): void => {
    const [lock] = locks
    challenge.lock = lock ?? null
    wasLocked ||= lock !== undefined
    hooks.onChange(lock !== undefined)
  }

  const channel = createSessionChannel({
    url: publicUrl,
    ticket: () => api.ticket('subscribe'),
    user: who.user,
    session: who.session,
    onLocked: () => ask(channel.locks()),
    onRaised: () => ask(channel.locks()),
    onUnlocked: () => ask(channel.locks()),
    // The answer to a challenge ends a stolen session too; then the event below is on its way.
    onSessionEnded: () => {
      endTimer = window.setTimeout(() => hooks.onEnded(), wasLocked ? renewalWaitMs : 0)
    },
  })

  // A session that was stolen ends with the answer: the page goes on with a new one, and so do requests that wait.
  challenge.renew = async ({ mfaToken }) => {
    clearTimeout(endTimer)
    try {
      const { signedIn } = await api.post<{ signedIn: SignedIn }>('session/renew', { mfaToken })
      stop()
      tabs.postMessage('renewed')
      hooks.onRenewed(signedIn)
    } catch (error) {
      hooks.onFault(error instanceof Error ? error.message : 'Please sign in again.')
      hooks.onEnded()
      throw error
    }
  }
  challenge.addEventListener('watchword-verified', () => ask(channel.locks()), { signal })

  const adopt = async (): Promise<void> => {
    const { signedIn } = await api.get<{ signedIn?: SignedIn }>('session')
    if (signedIn === undefined || signedIn.session === who.session) return
    stop()
    hooks.onRenewed(signedIn)
  }
  const others = new BroadcastChannel('bank-session')
  others.addEventListener('message', () => void adopt())

  const stop = (): void => {
    leave.abort()
    clearTimeout(endTimer)
    channel.close()
    others.close()
    challenge.lock = null
  }
  return stop
}
