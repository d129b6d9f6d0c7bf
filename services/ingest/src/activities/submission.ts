import type { ProblemError } from '@watchword/service-kit'

/** Turns a pointer into the activity into one into what the client sent. */
export type PointerOrigin = (pointer: string) => string

/** One item of a request as it came: a value that may be an activity, or the reason why it cannot be one. */
export type Submission =
  | Readonly<{ ok: true; value: unknown; bytes: number; originOf: PointerOrigin }>
  | Readonly<{ ok: false; id: string | null; problem: ProblemError }>

/** An item that is read when its turn comes: a thousand of them at once would hold the event loop. */
export type Unread = () => Submission

/** What a request holds; a `single` one answers its fault as its own status. */
export type Submitted = Readonly<{ form: 'single' | 'batch'; items: readonly Unread[] }>

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
