/** Tasks of one endpoint, so many at a time: one that answers slowly holds up nobody else, and is not flooded. */
export interface Lane {
  /** The task must not reject. */
  submit(task: () => Promise<void>): void
}

export function createLane(atOnceMax: number): Lane {
  let waiting: (() => Promise<void>)[] = []
  let next = 0
  let running = 0

  async function run(task: () => Promise<void>): Promise<void> {
    running += 1
    await task()
    running -= 1
    proceed()
  }

  function proceed(): void {
    while (running < atOnceMax && next < waiting.length) {
      const task = waiting[next]
      next += 1
      if (task !== undefined) void run(task)
    }
    if (next < waiting.length) return
    waiting = []
    next = 0
  }

  return {
    submit(task) {
      waiting.push(task)
      proceed()
    },
  }
}
