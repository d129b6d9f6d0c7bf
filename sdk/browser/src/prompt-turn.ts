/** Whose turn it is to ask about a lock, among the tabs of one browser. */
export type PromptTurn = {
  /** Takes the turn from the tab that has it. */
  readonly take: () => void
  /** Tells the other tabs how it ended. */
  readonly tell: (ending: 'verified' | 'cancelled') => void
  readonly release: () => void
}

/** Waits for the turn; without Web Locks every tab asks. */
export const requestPromptTurn = (
  lockId: string,
  hooks: {
    readonly onTurn: () => void
    /** Another tab took it over. */
    readonly onLost: () => void
    readonly onTold: (ending: 'verified' | 'cancelled') => void
  },
): PromptTurn => {
  const name = `watchword-prompt:${lockId}`
  const { locks } = navigator as { readonly locks?: LockManager }
  const channel = new BroadcastChannel(name)
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data === 'verified' || data === 'cancelled') hooks.onTold(data)
  })
  const leave = new AbortController()
  let finish: (() => void) | undefined
  let released = false

  const hold = async (): Promise<void> =>
    new Promise<void>((resolve) => {
      if (released) resolve()
      else {
        finish = resolve
        hooks.onTurn()
      }
    })

  const request = async (options: LockOptions): Promise<void> => {
    if (locks === undefined) return hold()
    try {
      await locks.request(name, options, hold)
    } catch {
      // Released, or taken by another tab: then this one waits again.
      if (released) return
      hooks.onLost()
      await request({ signal: leave.signal })
    }
  }

  void request({ signal: leave.signal })
  return {
    take: () => void request({ steal: true }),
    tell: (ending) => channel.postMessage(ending),
    release: () => {
      released = true
      leave.abort()
      finish?.()
      channel.close()
    },
  }
}
