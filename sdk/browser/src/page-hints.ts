/** Tells when the page is back: in front, or on the network. */
export type PageHints = {
  /** Calls back with how long the page was away, in ms (`Infinity`: the network was); returns how to stop. */
  readonly onReturn: (callback: (awayMs: number) => void) => () => void
}

/** The hints of the real page: `visibilitychange` and `online`. */
export const pageHints = (): PageHints => ({
  onReturn: (callback) => {
    const leave = new AbortController()
    let hiddenAt = 0
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'hidden') hiddenAt = performance.now()
        else callback(performance.now() - hiddenAt)
      },
      { signal: leave.signal },
    )
    addEventListener('online', () => callback(Number.POSITIVE_INFINITY), { signal: leave.signal })
    return () => leave.abort()
  },
})
