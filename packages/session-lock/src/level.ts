import type { LockLevel } from './state.ts'

const rank: Readonly<Record<LockLevel, number>> = { LOW: 0, MEDIUM: 1, HIGH: 2 }

/** Whether the first level is the higher one. */
export function isAbove(level: LockLevel, other: LockLevel): boolean {
  return rank[level] > rank[other]
}

/** The higher of two levels. */
export function highest(level: LockLevel, other: LockLevel): LockLevel {
  return isAbove(level, other) ? level : other
}
