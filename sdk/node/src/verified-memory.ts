import type { Subject } from './status.ts'
import { setNewest } from './newest-entries.ts'
import type { Runtime } from './runtime.ts'

/** Who was found verified by this process, and when; the oldest are dropped beyond a bound. */
export type VerifiedMemory = {
  readonly note: (subject: Subject) => void
  readonly forget: (subject: Subject) => void
  /** Whether the very same subject was found verified at most `ttlMs` ago. */
  readonly isWithin: (subject: Subject, ttlMs: number) => boolean
}

/** An empty memory of at most `sizeMax` subjects. */
export const createVerifiedMemory = (sizeMax: number, runtime: Runtime): VerifiedMemory => {
  const seen = new Map<string, { readonly monotonic: number; readonly wall: number }>()
  return {
    note: (subject) => {
      setNewest(seen, keyOf(subject), { monotonic: runtime.monotonic(), wall: runtime.now() }, sizeMax)
    },
    forget: (subject) => void seen.delete(keyOf(subject)),
    isWithin: (subject, ttlMs) => {
      const at = seen.get(keyOf(subject))
      if (at === undefined) return false
      return Math.max(runtime.monotonic() - at.monotonic, runtime.now() - at.wall) <= ttlMs
    },
  }
}

/** One text for one subject; lengths keep `a|b` and `a`, `b` apart. */
export const keyOf = ({ user, session, device }: Subject): string =>
  `${user.length}:${session?.length ?? '-'}:${user}${session ?? ''}|${device ?? ''}${device === undefined ? '-' : '+'}`
