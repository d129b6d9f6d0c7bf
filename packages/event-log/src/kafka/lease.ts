/** A moment by two clocks: one may stand still while the machine sleeps, the other may be set. Milliseconds. */
export type Instant = Readonly<{ monotonic: number; wall: number }>

export const instantNow = (): Instant => ({ monotonic: performance.now(), wall: Date.now() })

/** Holds deliveries back while this process cannot know that it still has its partitions: it may have been suspended. */
export interface Lease {
  /** Whether this process can know that it still has what it had. */
  lasts(): boolean
  /** True while the lease lasts; else a promise that waits until it is renewed, or the reader's end is decided. */
  wait(isHeld: () => boolean): boolean | Promise<boolean>
  /** Something about the membership is decided; who waits looks again. */
  renewed(): void
}

/** `from` answers since when the membership is known to last `lastsMs`; undefined without one. Where the clocks differ, the older reading counts. */
export function createLease(lastsMs: number, from: () => Instant | undefined, now = instantNow): Lease {
  let renewal = Promise.withResolvers<void>()

  async function waitFor(isHeld: () => boolean): Promise<boolean> {
    while (isHeld() && !lasts()) await renewal.promise
    return isHeld()
  }

  function lasts(): boolean {
    const [since, read] = [from(), now()]
    return since !== undefined && Math.max(read.monotonic - since.monotonic, read.wall - since.wall) < lastsMs
  }

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
