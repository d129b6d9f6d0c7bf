import type { Method } from './challenge-client.ts'
import type { Trouble } from './flow-state.ts'
import { type ChallengeTexts, waitingTime } from './challenge-texts.ts'
import type { Shown } from './prompt.ts'

/** What is said about a state: a note tells what happened, `isBad` that it went wrong, a timer counts. */
export type Words = {
  readonly title: string
  readonly note: string
  readonly isBad: boolean
  readonly timer?: string
}

/** The words for a state, at `nowMs` (epoch ms). */
export const wordsOf = (shown: Shown, texts: ChallengeTexts, nowMs: number): Words => {
  const say = (title: string, note = '', isBad = false): Words => ({ title, note, isBad })
  switch (shown.status) {
    case 'preparing':
      return say(texts.title, texts.preparing)
    case 'asking': {
      const { trouble, method } = shown
      // To close a prompt is no mistake.
      return trouble === undefined
        ? say(texts.title)
        : say(texts.title, troubleOf(trouble, method, texts), trouble.kind !== 'dismissed')
    }
    case 'waiting':
      return say(texts.title, texts.passkeyWaiting)
    case 'checking':
      return say(texts.title, texts.checking)
    case 'limited': {
      const timer = texts.limitedTime.replace('{time}', waitingTime(shown.untilMs - nowMs))
      return { ...say(texts.limitedTitle, texts.limited, true), timer }
    }
    case 'unavailable':
      return say(texts.lockedTitle, texts.unavailable)
    case 'failed':
      return shown.code === 'not-renewed'
        ? say(texts.notRenewedTitle, texts.notRenewed)
        : say(texts.lockedTitle, texts.failed)
    case 'verified':
    case 'gone':
      return say(texts.verifiedTitle, texts.verified)
    case 'aside':
      return say(texts.aside)
    case 'elsewhere':
      break
  }
  return say(texts.elsewhere)
}

const troubleOf = (trouble: Trouble, method: Method, texts: ChallengeTexts): string => {
  switch (trouble.kind) {
    case 'wrong': {
      const wrong = method === 'webauthn' ? texts.passkeyWrong : texts.codeWrong
      const { attemptsLeft } = trouble
      if (attemptsLeft === undefined) return wrong
      const left = attemptsLeft === 1 ? texts.attemptLeft : texts.attemptsLeft.replace('{n}', String(attemptsLeft))
      return `${wrong} ${left}`
    }
    case 'unsent':
      return texts.unsent
    case 'stale':
      return texts.stale
    case 'dismissed':
      return texts.passkeyDismissed
    case 'unusable':
      break
  }
  return texts.passkeyUnusable
}
