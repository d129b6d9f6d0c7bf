import { isRecord, type Lock, parseLock } from './lock.ts'

/** What the guard says about one user; `seq` is the version of the user's lock state. */
export type UserFrame = { readonly seq: number; readonly user: string } & (
  | { readonly type: 'state'; readonly locks: readonly Lock[]; readonly ended: readonly string[] | undefined }
  | { readonly type: 'mfa-required'; readonly lock: Lock }
  | { readonly type: 'unlocked'; readonly lockId: string; readonly by: string }
  | { readonly type: 'session-ended'; readonly session: string }
)

/** A frame of the subscription. */
export type Frame =
  | UserFrame
  | { readonly type: 'error'; readonly code: string }
  /** Of a kind that this version does not use. */
  | { readonly type: 'other' }

/** Reads a frame; undefined for what may have been a lock but cannot be read, after which only a new state helps. */
export const parseFrame = (data: unknown): Frame | undefined => {
  const frame = parseJson(data)
  if (frame === undefined) return undefined
  if (frame['type'] === 'error') return { type: 'error', code: String(frame['code']) }
  const { seq, user } = frame
  const head = typeof seq === 'number' && typeof user === 'string' ? { seq, user } : undefined
  switch (frame['type']) {
    case 'state': {
      const { locks, endedSessions } = frame
      if (head === undefined || !Array.isArray(locks)) return undefined
      const parsed = locks.map(parseLock)
      const readable = parsed.filter((lock): lock is Lock => lock !== undefined)
      if (readable.length < parsed.length) return undefined
      const ended = Array.isArray(endedSessions) ? endedSessions.map(String) : undefined
      return { ...head, type: 'state', locks: readable, ended }
    }
    case 'mfa-required': {
      const lock = parseLock(frame['lock'])
      return head === undefined || lock === undefined ? undefined : { ...head, type: 'mfa-required', lock }
    }
    case 'unlocked':
      return head && { ...head, type: 'unlocked', lockId: String(frame['lockId']), by: String(frame['by']) }
    case 'session-ended':
      return head && { ...head, type: 'session-ended', session: String(frame['session']) }
    default:
      return { type: 'other' }
  }
}

const parseJson = (data: unknown): Readonly<Record<string, unknown>> | undefined => {
  if (typeof data !== 'string') return undefined
  try {
    const parsed: unknown = JSON.parse(data)
    return isRecord(parsed) ? parsed : undefined
  } catch {
    // Undefined says it to the caller, who starts over.
    return undefined
  }
}
