import { type ProblemError, problem } from '@watchword/service-kit'

/** Turns a pointer into the activity into one into what the client sent. */
export type PointerOrigin = (pointer: string) => string

/** One item of a request as it came: a value that may be an activity, or the reason why it cannot be one. */
export type Submission =
  | Readonly<{
      ok: true
      value: unknown
      /** Measured when it is asked for. */
      bytes: () => number
      originOf: PointerOrigin
    }>
  | Readonly<{ ok: false; id: string | null; problem: ProblemError }>

/** An item that is read when it is first asked for: a thousand of them at once would hold the event loop. */
export type Unread = () => Submission

/** What a request holds; a `single` one answers its fault as its own status. */
export type Submitted = Readonly<{ form: 'single' | 'batch'; items: readonly Unread[] }>

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What one request may hold: activities, and bytes of its body. */
export const activitiesMax = 1_000
export const bodyBytesMax = 1_048_576
/** How long `Prefer: wait` may ask for. */
export const waitSecondsMax = 10

/** The items of a batch, each read when it is first asked for; throws `payload-too-large` for too many. */
export function batch<Item>(items: readonly Item[], read: (item: Item) => Submission): Submitted {
  if (items.length > activitiesMax)
    throw problem('payload-too-large', { detail: `A request holds at most ${activitiesMax} activities.` })
  return { form: 'batch', items: items.map((item) => once(() => read(item))) }
}

function once(read: Unread): Unread {
  let submission: Submission | undefined
  return () => (submission ??= read())
}
