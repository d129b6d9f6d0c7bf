/** Holds deliveries back while this process cannot know that it still has its partitions: it may have been suspended. */
export interface Lease {
  /** Whether this process can know that it still has what it had. */
  lasts(): boolean
  /** True while the lease lasts; else a promise that waits until it is renewed, or the reader's end is decided. */
  wait(isHeld: () => boolean): boolean | Promise<boolean>
  /** Something about the membership is decided; who waits looks again. */
  renewed(): void
}

/** `leaseUntil` answers milliseconds of `performance.now()`, which goes on while the process is stopped. */
export function createLease(leaseUntil: () => number): Lease {
  let renewal = Promise.withResolvers<void>()

  async function waitFor(isHeld: () => boolean): Promise<boolean> {
    while (isHeld() && !lasts()) await renewal.promise
    return isHeld()
  }

  const lasts = (): boolean => performance.now() < leaseUntil()

  return {
    lasts,
    wait(isHeld) {
      if (!isHeld()) return false
      return lasts() ? true : waitFor(isHeld)
    },
    renewed() {
      renewal.resolve()
      renewal = Promise.withResolvers()
    },
  }
}
