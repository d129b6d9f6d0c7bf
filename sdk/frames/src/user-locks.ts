import type { UserFrame } from './frame.ts'
import type { Lock } from './lock.ts'

/** What is known of one user: the version of the knowledge, the locks by id, the sessions that were ended. */
export type UserLocks = {
  readonly seq: number
  readonly locks: ReadonlyMap<string, Lock>
  readonly ended: ReadonlySet<string>
}

/** One thing that happened between two states. */
export type LockChange =
  /** `raised` where the lock was known before, in an earlier version. */
  | { readonly type: 'locked'; readonly lock: Lock; readonly raised: boolean }
  | { readonly type: 'unlocked'; readonly lock: Lock; readonly by: string | undefined }
  | { readonly type: 'session-ended'; readonly session: string }

/** Nothing known yet; every frame is newer. */
export const noUserLocks: UserLocks = { seq: -1, locks: new Map(), ended: new Set() }

/**
 * Folds a frame into what is known and tells what happened, each lock (id and version), unlock and ended session once.
 * A frame older than the knowledge does nothing. One of the same version is folded again: a change may come as several
 * frames of one version, and folding one twice adds nothing.
 */
export const applyUserFrame = (
  known: UserLocks,
  frame: UserFrame,
): { readonly next: UserLocks; readonly changes: readonly LockChange[] } => {
  if (frame.seq < known.seq) return { next: known, changes: [] }
  const next = { seq: frame.seq, locks: new Map(known.locks), ended: new Set(known.ended) }
  switch (frame.type) {
    case 'state':
      next.locks = new Map(frame.locks.map((lock) => [lock.id, latest(known.locks.get(lock.id), lock)]))
      if (frame.endedSessions !== undefined) next.ended = new Set(frame.endedSessions)
      break
    case 'mfa-required':
      next.locks.set(frame.lock.id, latest(known.locks.get(frame.lock.id), frame.lock))
      break
    case 'unlocked':
      next.locks.delete(frame.lockId)
      break
    case 'session-ended':
      next.ended.add(frame.session)
      break
  }
  return { next, changes: differences(known, next, frame.type === 'unlocked' ? frame.by : undefined) }
}

const latest = (known: Lock | undefined, lock: Lock): Lock =>
  known !== undefined && known.version >= lock.version ? known : lock

const differences = (before: UserLocks, after: UserLocks, by: string | undefined): LockChange[] => {
  const changes: LockChange[] = []
  for (const session of after.ended) if (!before.ended.has(session)) changes.push({ type: 'session-ended', session })
  for (const lock of before.locks.values()) if (!after.locks.has(lock.id)) changes.push({ type: 'unlocked', lock, by })
  for (const lock of after.locks.values()) {
    const known = before.locks.get(lock.id)
    if (known?.version !== lock.version) changes.push({ type: 'locked', lock, raised: known !== undefined })
  }
  return changes
}
