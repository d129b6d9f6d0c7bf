import type { Challenge, ChallengeClient, Verification } from './challenge-client.ts'
import type { Lock } from '@watchword/frames'
import { WatchwordBrowserError } from './watchword-browser-error.ts'

/** Where a person stands with a lock. */
export type FlowState =
  | { readonly status: 'asking' }
  /** The code before did not get through; asks again. */
  | { readonly status: 'unsent' }
  /** The code before was wrong; asks again. */
  | { readonly status: 'wrong'; readonly attemptsLeft: number | undefined }
  | { readonly status: 'checking' }
  /** Too many attempts; `untilMs` is epoch ms. */
  | { readonly status: 'limited'; readonly untilMs: number }
  | { readonly status: 'cancelled' }
  /** No factor that this page can ask for. */
  | { readonly status: 'unavailable' }
  | { readonly status: 'verified'; readonly verification: Verification }
  /** The lock is gone or was refused; the next state of the channel tells more. */
  | { readonly status: 'failed'; readonly code: string }

/** Whether a code can be given in this state. */
export const takesCode = (state: { readonly status: string }): boolean =>
  state.status === 'asking' || state.status === 'unsent' || state.status === 'wrong'

/** One person answering one lock. */
export type ChallengeFlow = {
  readonly state: () => FlowState
  readonly submit: (code: string) => Promise<void>
  /** Puts the question aside; it does not come back by itself. */
  readonly cancel: () => void
  readonly resume: () => void
  /** The time of a limit is over. */
  readonly tick: () => void
}

/** Begins a flow; a challenge is made when there is a code for it, and again when it has expired meanwhile. */
export const createChallengeFlow = (
  lock: Lock,
  deps: {
    readonly client: ChallengeClient
    readonly now: () => number
    readonly onState: (state: FlowState) => void
  },
): ChallengeFlow => {
  const { client, now, onState } = deps
  const beginning: FlowState = { status: lock.factors.includes('totp') ? 'asking' : 'unavailable' }
  let state: FlowState = beginning
  let challenge: Challenge | undefined

  const become = (next: FlowState): void => {
    state = next
    onState(next)
  }

  // With a margin for a clock that is a little off.
  const isFresh = (): boolean => challenge !== undefined && challenge.expiresAt - 2_000 > now()

  const answer = async (code: string): Promise<Verification> => {
    for (let attempt = 0; ; attempt++) {
      if (challenge === undefined || !isFresh()) challenge = await client.create(lock)
      const mine = challenge
      try {
        return await client.respond(mine, code)
      } catch (error) {
        // Of an older version of the lock, or used in another tab: the code may still be good.
        if (!(error instanceof WatchwordBrowserError) || error.code !== 'stale-challenge') throw error
        challenge = undefined
        if (attempt > 0) throw error
      }
    }
  }

  const afterRefusal = (error: unknown): FlowState => {
    if (!(error instanceof WatchwordBrowserError)) return { status: 'unsent' }
    const { code, attemptsLeft, retryAfterMs } = error
    if (code === 'verification-failed') return { status: 'wrong', attemptsLeft }
    if (retryAfterMs !== undefined && code !== 'unavailable')
      return { status: 'limited', untilMs: now() + retryAfterMs }
    if (gone.has(code)) return { status: 'failed', code }
    return { status: 'unsent' }
  }

  return {
    state: () => state,
    submit: async (code) => {
      if (!takesCode(state)) return
      become({ status: 'checking' })
      try {
        const verification = await answer(code)
        become({ status: 'verified', verification })
      } catch (error) {
        become(afterRefusal(error))
      }
    },
    cancel: () => become({ status: 'cancelled' }),
    resume: () => become(beginning),
    tick: () => {
      if (state.status === 'limited' && state.untilMs <= now()) become(beginning)
    },
  }
}

const gone = new Set(['not-found', 'stale-challenge', 'not-locked', 'insufficient-scope', 'origin-not-allowed'])
