import type { Terminal } from '../terminal.ts'

/** A step that did not hold. */
export class StoryError extends Error {
  override readonly name = 'StoryError'
  readonly code = 'story-step-failed'
}

/** Tells the steps as they are played, each with the time since the beginning. */
export type Narrator = Readonly<{
  /** Plays one step; what it answers is told behind it. Throws a StoryError that names the step when it does not hold. */
  step: <Result>(title: string, play: () => Promise<Result>, tell?: (result: Result) => string) => Promise<Result>
  steps: () => number
}>

export function createNarrator(terminal: Terminal, json: boolean, now: () => number): Narrator {
  const began = now()
  let count = 0
  return {
    async step(title, play, tell) {
      const at = now()
      try {
        const result = await play()
        count++
        const told = tell?.(result) ?? ''
        const seconds = ((now() - began) / 1000).toFixed(2).padStart(6)
        terminal.out(
          json
            ? JSON.stringify({ step: count, title, detail: told, tookMs: Math.round(now() - at), held: true })
            : `${seconds} s  ✓ ${title}${told === '' ? '' : `\n            ${told}`}`,
        )
        return result
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        terminal.out(
          json
            ? JSON.stringify({ step: count + 1, title, detail: reason, held: false })
            : `          ✗ ${title}: ${reason}`,
        )
        throw new StoryError(`"${title}" did not hold: ${reason}`, { cause })
      }
    },
    steps: () => count,
  }
}

/** Throws unless the fact holds. */
export function hold(fact: boolean, otherwise: string): asserts fact {
  if (!fact) throw new StoryError(otherwise)
}
