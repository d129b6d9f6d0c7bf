export { type Frame, isUserFrame, parseFrame, type UserFrame } from './frame.ts'
export { isCaused, isRecord, type Lock, lockApplies, parseLock } from './lock.ts'
export { applyUserFrame, type LockChange, noUserLocks, type UserLocks } from './user-locks.ts'
