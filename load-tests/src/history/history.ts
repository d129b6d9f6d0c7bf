/** How a request asked whether it may go on. */
export type Channel = 'http' | 'check' | 'replica' | 'express' | 'fastify'

/** A request of a subject; times in ms of the driver's monotonic clock. */
export type RequestOperation = Readonly<{
  channel: Channel
  user: string
  session: string
  invokedAt: number
  returnedAt: number
  admitted: boolean
  /** A status that told of a lock; false by default. */
  sawLock?: boolean
}>

/** A lock or an end that was acknowledged. */
export type LockOperation = Readonly<{
  user: string
  /** null: the whole user. */
  session: string | null
  by: 'operator' | 'risk' | 'end'
  /** When what led to it was sent. */
  invokedAt: number
  acknowledgedAt: number
}>

/** An unlock of everything that a user has; `returnedAt` is when its answer came, infinite where none did. */
export type UnlockOperation = Readonly<{ user: string; invokedAt: number; returnedAt: number }>

/** All that a run did, as the driver saw it. */
export type History = Readonly<{
  requests: readonly RequestOperation[]
  locks: readonly LockOperation[]
  unlocks: readonly UnlockOperation[]
}>

/** Writes a history down while it happens. */
export interface Recorder {
  readonly history: History
  request(operation: RequestOperation): void
  lock(operation: LockOperation): void
  unlock(operation: UnlockOperation): void
  /** Whatever was sent to unlock this user before has come about by now, or never will. */
  settled(user: string, at: number): void
  size(): number
}

/** A recorder of an empty history. */
export function createRecorder(): Recorder {
  const requests: RequestOperation[] = []
  const locks: LockOperation[] = []
  const unlocks: UnlockOperation[] = []
  return {
    history: { requests, locks, unlocks },
    request: (operation) => void requests.push(operation),
    lock: (operation) => void locks.push(operation),
    unlock: (operation) => void unlocks.push(operation),
    settled(user, at) {
      for (const [index, unlock] of unlocks.entries())
        if (unlock.user === user && unlock.returnedAt === Number.POSITIVE_INFINITY)
          unlocks[index] = { ...unlock, returnedAt: at }
    },
    size: () => requests.length + locks.length + unlocks.length,
  }
}
