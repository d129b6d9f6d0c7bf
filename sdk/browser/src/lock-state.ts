import type { UserFrame } from './frame.ts'
import type { Lock } from './lock.ts'

/** What the page knows of its user. */
export type LockState = {
  readonly seq: number
  readonly locks: ReadonlyMap<string, Lock>
  readonly ended: ReadonlySet<string>
}

/** Something that happened, told exactly once. */
export type Change =
  | { readonly type: 'locked'; readonly lock: Lock }
  | { readonly type: 'unlocked'; readonly lock: Lock; readonly by: string | undefined }
  | { readonly type: 'session-ended'; readonly session: string }

/** Nothing known; every frame is newer. */
export const nothingKnown: LockState = { seq: -1, locks: new Map(), ended: new Set() }

/**
 * Takes a frame in and tells what it changed: a lock id once however often it is said or its version rises,
 * an unlock and an ended session once. A frame older than the knowledge changes nothing.
 */
export const takeFrame = (
  known: LockState,
  frame: UserFrame,
): { readonly next: LockState; readonly changes: readonly Change[] } => {
  if (frame.seq < known.seq) return { next: known, changes: [] }
  const locks = frame.type === 'state' ? new Map<string, Lock>() : new Map(known.locks)
  const ended = new Set(known.ended)
  switch (frame.type) {
    case 'state':
      for (const lock of frame.locks) locks.set(lock.id, lock)
      for (const session of frame.ended ?? []) ended.add(session)
      break
    case 'mfa-required':
      locks.set(frame.lock.id, frame.lock)
      break
    case 'unlocked':
      locks.delete(frame.lockId)
      break
    case 'session-ended':
      ended.add(frame.session)
      break
  }
  const by = frame.type === 'unlocked' ? frame.by : undefined
  const changes: Change[] = []
  for (const session of ended) if (!known.ended.has(session)) changes.push({ type: 'session-ended', session })
  for (const [id, lock] of known.locks) if (!locks.has(id)) changes.push({ type: 'unlocked', lock, by })
  for (const [id, lock] of locks) if (!known.locks.has(id)) changes.push({ type: 'locked', lock })
  return { next: { seq: frame.seq, locks, ended }, changes }
}
