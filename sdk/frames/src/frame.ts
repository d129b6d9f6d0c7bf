import { isRecord, type Lock, parseLock } from './lock.ts'

/** What the guard sends over a subscription; `seq` is the version of the user's lock state. */
export type Frame =
  | {
      readonly type: 'state'
      readonly seq: number
      readonly user: string
      readonly locks: readonly Lock[]
      /** Undefined when the guard did not say. */
      readonly endedSessions: readonly string[] | undefined
    }
  | { readonly type: 'mfa-required'; readonly seq: number; readonly user: string; readonly lock: Lock }
  | {
      readonly type: 'unlocked'
      readonly seq: number
      readonly user: string
      readonly lockId: string
      readonly by: string | undefined
    }
  | { readonly type: 'session-ended'; readonly seq: number; readonly user: string; readonly session: string }
  | { readonly type: 'replica-ready'; readonly userNames?: unknown }
  | { readonly type: 'pong'; readonly id: number; readonly ageMs: number; readonly complete: boolean }
  | { readonly type: 'error'; readonly code: string }
  | { readonly type: 'other'; readonly name: string; readonly content: Readonly<Record<string, unknown>> }

/** The frames that change what is known of one user. */
export type UserFrame = Extract<Frame, { readonly seq: number }>

/** Whether a frame concerns the lock state of one user. */
export const isUserFrame = (frame: Frame): frame is UserFrame => 'seq' in frame

/** Reads a frame; undefined for what cannot be one. Unknown types come back as `other`. */
export const parseFrame = (text: string): Frame | undefined => {
  const content = parseObject(text)
  if (content === undefined || typeof content['type'] !== 'string') return undefined
  const { type, seq, user, id, ageMs, complete, code } = content
  switch (type) {
    case 'replica-ready':
      return content['userNames'] === undefined ? { type } : { type, userNames: content['userNames'] }
    case 'pong':
      return typeof id === 'number' && isAge(ageMs) ? { type, id, ageMs, complete: complete !== false } : undefined
    case 'error':
      return { type, code: typeof code === 'string' ? code : 'internal' }
    case 'state':
    case 'mfa-required':
    case 'unlocked':
    case 'session-ended':
      if (typeof seq !== 'number' || !Number.isFinite(seq) || typeof user !== 'string') return undefined
      return parseUserFrame(type, { seq, user }, content)
    default:
      return { type: 'other', name: type, content }
  }
}

const isAge = (value: unknown): value is number => typeof value === 'number' && value >= 0

const parseObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    // Undefined says it to the caller, who starts over.
    return undefined
  }
}

const parseUserFrame = (
  type: UserFrame['type'],
  head: { readonly seq: number; readonly user: string },
  content: Readonly<Record<string, unknown>>,
): UserFrame | undefined => {
  const { lockId, by, session } = content
  if (type === 'state') return parseState(head, content)
  if (type === 'mfa-required') {
    const lock = parseLock(content['lock'])
    return lock === undefined ? undefined : { type, ...head, lock }
  }
  if (type === 'session-ended') return typeof session === 'string' ? { type, ...head, session } : undefined
  if (typeof lockId !== 'string') return undefined
  return { type, ...head, lockId, by: typeof by === 'string' ? by : undefined }
}

const parseState = (
  head: { readonly seq: number; readonly user: string },
  content: Readonly<Record<string, unknown>>,
): UserFrame | undefined => {
  const { locks, endedSessions } = content
  if (!Array.isArray(locks) || (endedSessions !== undefined && !isTexts(endedSessions))) return undefined
  const whole = locks.map(parseLock).filter((lock) => lock !== undefined)
  // One lock that cannot be read spoils the frame: leaving it out would open what it locks.
  return whole.length === locks.length ? { type: 'state', ...head, locks: whole, endedSessions } : undefined
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
