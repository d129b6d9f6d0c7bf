import type { Lock } from '@watchword/frames'
import type { Verification } from './challenge-client.ts'
import { type ChallengeFlow, type ChallengeFlowDeps, createChallengeFlow } from './challenge-flow.ts'
import type { FlowState } from './flow-state.ts'
import type { PromptEnding } from './prompt-ending.ts'
import { type PromptTurn, type PromptTurnRuntime, requestPromptTurn } from './prompt-turn.ts'
import { WatchwordBrowserError } from './watchword-browser-error.ts'

/** What a tab shows of a prompt: its flow, that another tab asks, or that the person has put it aside. */
export type Shown = FlowState | { readonly status: 'elsewhere' } | { readonly status: 'aside' }

export type PromptDeps = Omit<ChallengeFlowDeps, 'onState'> & {
  readonly turn: PromptTurnRuntime
  /** Gives the person a new session where the answer ended the old one; other tabs and waiting requests go on after it. */
  readonly renew: ((verification: Verification) => Promise<void>) | undefined
  readonly setTimeout: (callback: () => void, ms: number) => unknown
}

/** What the element hears of its prompt. */
export type PromptHooks = {
  readonly onShow: (shown: Shown) => void
  /** Undefined where it was not this tab that had the answer. */
  readonly onPassed: (verification: Verification | undefined) => void
  readonly onAside: () => void
  readonly onFailed: (code: string) => void
}

/** One question about one version of a lock, in this tab. */
export type Prompt = {
  readonly flow: Pick<ChallengeFlow, 'choose' | 'submit' | 'usePasskey' | 'tick'>
  /** How it ends; at once where it was put aside before. */
  readonly ending: () => Promise<PromptEnding>
  readonly putAside: () => void
  /** The person wants to answer here and now. */
  readonly resume: () => void
  /** The app says that the lock is gone. An answer on its way, here or in another tab, is still told to whoever waits. */
  readonly close: () => void
}

/** How long an answer on its way in another tab may take to be told. */
const lingerMs = 5_000

export const createPrompt = (lock: Lock, deps: PromptDeps, hooks: PromptHooks): Prompt => {
  let waiters: ((ending: PromptEnding) => void)[] = []
  let shown: Shown = { status: 'preparing' }
  let isMine = false
  let closed = false
  let over: PromptEnding | undefined

  const show = (next: Shown): void => {
    shown = next
    if (!closed) hooks.onShow(next)
  }
  const settle = (ending: PromptEnding): void => {
    const told = waiters
    waiters = []
    for (const tell of told) tell(ending)
  }
  const end = (ending: PromptEnding): void => {
    over = ending
    settle(ending)
    flow.stop()
    turn.release()
  }
  const fail = (code: string): void => {
    over = { status: 'failed', code }
    settle(over)
    hooks.onFailed(code)
    if (closed) turn.release()
  }

  const pass = async (verification: Verification | undefined): Promise<void> => {
    if (verification?.session.ended === true && deps.renew !== undefined) {
      try {
        await deps.renew(verification)
      } catch (cause) {
        const { code } = new WatchwordBrowserError('not-renewed', { cause })
        show({ status: 'failed', code })
        return fail(code)
      }
    }
    turn.pass()
    end({ status: 'passed' })
    hooks.onPassed(verification)
  }

  const flow = createChallengeFlow(lock, {
    ...deps,
    onState: (state) => {
      if (over !== undefined) return
      if (isMine || state.status === 'verified') show(state)
      if (state.status === 'verified') void pass(state.verification)
      else if (state.status === 'gone') void pass(undefined)
      else if (state.status === 'failed') fail(state.code)
      // The answer on its way was none, and the app says that nothing is left to answer.
      else if (closed && !isAnswering(state)) end({ status: 'passed' })
    },
  })

  const turn: PromptTurn = requestPromptTurn(
    lock,
    {
      onTurn: () => {
        isMine = true
        if (closed) end({ status: 'passed' })
        else void flow.begin()
      },
      onElsewhere: () => {
        isMine = false
        flow.stop()
        show({ status: 'elsewhere' })
      },
      onAside: () => {
        isMine = false
        flow.stop()
        settle({ status: 'cancelled' })
        show({ status: 'aside' })
        hooks.onAside()
      },
      onPassed: () => {
        if (over !== undefined) return
        end({ status: 'passed' })
        hooks.onPassed(undefined)
      },
    },
    deps.turn,
  )

  return {
    flow,
    ending: async () => {
      if (over !== undefined) return over
      if (shown.status === 'aside') return { status: 'cancelled' }
      return new Promise((resolve) => waiters.push(resolve))
    },
    putAside: () => turn.putAside(),
    resume: () => {
      over = undefined
      turn.take()
    },
    close: () => {
      closed = true
      if (over !== undefined) turn.release()
      else if (!isAnswering(shown)) {
        if (isMine || waiters.length === 0) end({ status: 'passed' })
        else deps.setTimeout(() => over ?? end({ status: 'passed' }), lingerMs)
      }
    },
  }
}

const isAnswering = ({ status }: Shown): boolean => status === 'checking' || status === 'verified'
