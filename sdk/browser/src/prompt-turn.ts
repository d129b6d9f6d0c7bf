import type { AsideMemory, LockVersion } from './aside-memory.ts'

/** Whose turn it is to ask about a lock, among the tabs of one browser: one at a time, and none once it was put aside. */
export type PromptTurn = {
  /** The person wants to answer here: takes the turn, from aside or from the tab that has it. */
  readonly take: () => void
  /** The person does not want to answer now, in any tab. */
  readonly putAside: () => void
  /** The lock is open: tells the other tabs. */
  readonly pass: () => void
  /** Leaves; the turn goes to the next tab that waits. */
  readonly release: () => void
}

/** What a tab hears of its turn. */
export type PromptTurnHooks = {
  readonly onTurn: () => void
  /** Another tab asks. */
  readonly onElsewhere: () => void
  /** It was put aside, here or in another tab, now or before. */
  readonly onAside: () => void
  /** Another tab has the answer. */
  readonly onPassed: () => void
}

/** The browser's own by default; without Web Locks (a page that is no secure context) every tab asks. */
export type PromptTurnRuntime = {
  readonly locks: LockManager | undefined
  readonly openChannel: (name: string) => BroadcastChannel
  readonly aside: AsideMemory
  /** Of one clock for all tabs, ms and fractions. */
  readonly now: () => number
  /** Calls back when what was told has arrived in every tab. */
  readonly whenTold: (callback: () => void) => void
  /** Lets a tab in front go first. */
  readonly untilPreferred: () => Promise<void>
}

type News = { readonly type: 'passed' | 'aside' | 'taken'; readonly version: number; readonly at: number }

/** Waits for the turn. A tab that closes hands it on, since its Web Lock goes with it. */
export const requestPromptTurn = (
  lock: LockVersion,
  hooks: PromptTurnHooks,
  { locks, openChannel, aside, now, whenTold, untilPreferred }: PromptTurnRuntime,
): PromptTurn => {
  const name = `watchword-prompt:${lock.id}`
  const channel = openChannel(name)
  // Counts the times that this tab stood in line: what belongs to an earlier one is not listened to.
  let generation = 0
  let isAside = false
  // When the person last did something about it, in any tab: news of something before that comes too late.
  let actedAt = 0
  let leave: (() => void) | undefined

  const tell = (type: News['type']): void => {
    actedAt = now()
    channel.postMessage({ type, version: lock.version, at: actedAt } satisfies News)
  }

  /** Leaves the line. What was told has to arrive before the turn does, or the next tab asks for a moment. */
  const stepOut = (): void => {
    generation++
    const go = leave
    if (go !== undefined) whenTold(go)
  }

  const standAside = (): void => {
    stepOut()
    isAside = true
    hooks.onAside()
  }

  const standInLine = async (how: 'if-free' | 'wait' | 'steal'): Promise<void> => {
    const mine = ++generation
    isAside = false
    leave?.()
    const line = new AbortController()
    let finish: (() => void) | undefined
    leave = () => {
      line.abort()
      finish?.()
    }
    const hold = async (held: Lock | null): Promise<void> => {
      if (mine !== generation) return
      if (held === null) {
        hooks.onElsewhere()
        void standInLine('wait')
        return
      }
      await new Promise<void>((resolve) => {
        finish = resolve
        hooks.onTurn()
      })
    }
    if (locks === undefined) return hold({ name, mode: 'exclusive' })
    if (how === 'if-free') await untilPreferred()
    if (mine !== generation) return
    const ways = { 'if-free': { ifAvailable: true }, wait: { signal: line.signal }, steal: { steal: true } } as const
    try {
      await locks.request(name, ways[how], hold)
    } catch {
      // Left, or taken by another tab: then this one waits again.
      if (mine !== generation) return
      hooks.onElsewhere()
      await standInLine('wait')
    }
  }

  channel.addEventListener('message', ({ data }: MessageEvent<News>) => {
    if (data.version < lock.version || data.at < actedAt) return
    actedAt = data.at
    if (data.type === 'passed') hooks.onPassed()
    else if (data.type === 'aside') standAside()
    else if (isAside) {
      hooks.onElsewhere()
      void standInLine('wait')
    }
  })

  if (aside.has(lock)) standAside()
  else void standInLine('if-free')

  return {
    take: () => {
      aside.remove(lock)
      tell('taken')
      void standInLine('steal')
    },
    putAside: () => {
      aside.add(lock)
      tell('aside')
      standAside()
    },
    pass: () => {
      aside.remove(lock)
      tell('passed')
    },
    release: () => {
      stepOut()
      channel.close()
    },
  }
}
