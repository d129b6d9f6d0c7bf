/** When a pass of a user is over, epoch milliseconds. */
export type Deadline = Readonly<{ tenant: string; user: string; pass: string; until: number }>

/** Deadlines, the soonest first. */
export interface DeadlineQueue {
  push(deadline: Deadline): void
  peek(): Deadline | undefined
  pop(): Deadline | undefined
}

/** A binary heap; a deadline that is pushed again is kept once. */
export function createDeadlineQueue(): DeadlineQueue {
  const heap: Deadline[] = []
  const present = new Set<string>()

  const untilAt = (index: number): number => heap[index]?.until ?? Number.POSITIVE_INFINITY

  function swap(a: number, b: number): void {
    const [left, right] = [heap[a], heap[b]]
    if (left === undefined || right === undefined) return
    heap[a] = right
    heap[b] = left
  }

  function rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1
      if (untilAt(parent) <= untilAt(index)) return
      swap(parent, index)
      index = parent
    }
  }

  function sink(): void {
    for (let index = 0; ; ) {
      const left = 2 * index + 1
      const child = untilAt(left + 1) < untilAt(left) ? left + 1 : left
      if (untilAt(child) >= untilAt(index)) return
      swap(index, child)
      index = child
    }
  }

  return {
    push(deadline) {
      const name = nameOf(deadline)
      if (present.has(name)) return
      present.add(name)
      heap.push(deadline)
      rise(heap.length - 1)
    },
    peek: () => heap[0],
    pop() {
      const [first] = heap
      const last = heap.pop()
      if (first === undefined || last === undefined) return undefined
      present.delete(nameOf(first))
      if (heap.length > 0) {
        heap[0] = last
        sink()
      }
      return first
    },
  }
}

function nameOf({ tenant, user, pass, until }: Deadline): string {
  return JSON.stringify([tenant, user, pass, until])
}
