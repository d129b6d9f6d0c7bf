import { LogError } from '../log-error.ts'
import { kafkaFaultOf, unavailable } from './kafka-fault.ts'
import type { GroupSession } from './group-session.ts'
import { createBackoff, pause } from './pause.ts'

type Waiting = Readonly<{
  partition: number
  nextOffset: number
  deadline: number
  resolve: () => void
  reject: (error: LogError) => void
}>

/** Commits of one member: what comes while a commit is on its way goes together in the next; none goes back. */
export interface GroupCommits {
  commit(partition: number, nextOffset: number): Promise<void>
  /** The partition was committed up to there, by whomever. */
  startAt(partition: number, nextOffset: number): void
}

export type GroupCommitsDeps = Readonly<{
  session: Pick<GroupSession, 'commit' | 'forgetCoordinator'>
  /** Whether the partition is this member's to commit. */
  holds: (partition: number) => boolean
  /** Milliseconds until a commit that is not acknowledged rejects. */
  answerWithinMs: number
  signal: AbortSignal
}>

export function createGroupCommits(deps: GroupCommitsDeps): GroupCommits {
  const floors = new Map<number, number>()
  const backoff = createBackoff()
  let waiting: readonly Waiting[] = []
  let sending = false

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      settle()
      const chosen = waiting
      const offsets = new Map<number, number>()
      for (const { partition, nextOffset } of chosen) {
        offsets.set(partition, Math.max(nextOffset, offsets.get(partition) ?? 0))
      }
      if (offsets.size === 0) break
      try {
        await deps.session.commit(offsets)
        backoff.reset()
        for (const [partition, offset] of offsets) floors.set(partition, Math.max(offset, floors.get(partition) ?? 0))
        waiting = waiting.filter((one) => !chosen.includes(one))
        for (const one of chosen) one.resolve()
      } catch (error) {
        await ride(error)
      }
    }
    sending = false
  }

  async function ride(error: unknown): Promise<void> {
    const fault = kafkaFaultOf(error)
    if (fault === 'permanent') {
      for (const one of waiting) one.reject(unavailable('the group refuses the commit', error))
      waiting = []
      return
    }
    if (fault === 'passing') deps.session.forgetCoordinator()
    await pause(backoff.next(), deps.signal)
  }

  /** Rejects what can no longer be committed. */
  function settle(): void {
    const now = performance.now()
    waiting = waiting.filter((one) => {
      const error = refusalOf(one, now)
      if (error !== null) one.reject(error)
      return error === null
    })
  }

  function refusalOf({ partition, deadline }: Waiting, now: number): LogError | null {
    if (!deps.holds(partition)) return new LogError('log-locked', `partition ${partition} is not this member's`)
    if (deps.signal.aborted) return new LogError('log-closed', 'the member has left')
    return now > deadline ? new LogError('log-unavailable', 'the group did not acknowledge in time') : null
  }

  return {
    commit(partition, nextOffset) {
      return new Promise((resolve, reject) => {
        if (deps.holds(partition) && nextOffset <= (floors.get(partition) ?? -1)) return resolve()
        const deadline = performance.now() + deps.answerWithinMs
        waiting = [...waiting, { partition, nextOffset, deadline, resolve, reject }]
        if (sending) return
        sending = true
        // Deferred, so that the commits of one turn go together.
        queueMicrotask(() => void sendAll())
      })
    },
    startAt(partition, nextOffset) {
      floors.set(partition, nextOffset)
    },
  }
}
