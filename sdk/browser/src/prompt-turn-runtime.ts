import { createAsideMemory } from './aside-memory.ts'
import type { PromptTurnRuntime } from './prompt-turn.ts'

/** How long a tab in the background lets one in front go first. */
const backgroundWaitMs = 300

/** A message between tabs takes a few milliseconds. */
const tellWithinMs = 200

/** What a turn is taken with in a real page. */
export const promptTurnRuntime = (): PromptTurnRuntime => ({
  locks: (navigator as { readonly locks?: LockManager }).locks,
  openChannel: (name) => new BroadcastChannel(name),
  aside: createAsideMemory(() => localStorage),
  now: () => performance.timeOrigin + performance.now(),
  whenTold: (callback) => void setTimeout(callback, tellWithinMs),
  untilPreferred: async () => {
    if (document.visibilityState === 'visible') return
    await new Promise((resolve) => {
      setTimeout(resolve, backgroundWaitMs)
      document.addEventListener('visibilitychange', resolve, { once: true })
    })
  },
})
