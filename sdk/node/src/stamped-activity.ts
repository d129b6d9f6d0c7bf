import type { Activity } from './activity.ts'
import type { Runtime } from './runtime.ts'
import type { Tunings } from './settings.ts'
import { uuidV7 } from './uuid-v7.ts'
import { WatchwordError } from './watchword-error.ts'

/** An activity as it will be sent, however often: its id and bytes never change after capture. */
export type StampedActivity = {
  readonly id: string
  readonly json: string
  readonly bytes: number
  /** Where it was done, if it may come later once that is known. */
  readonly context?: string | undefined
}

/** Gives an activity its id and time and writes it down; throws `activity-too-large` or `invalid-argument`. */
export const stampActivity = (activity: Activity, tunings: Tunings, runtime: Runtime): StampedActivity => {
  const { id, now } = stampOf(activity.id, runtime)
  return written({ ...activity, id, time: activity.time ?? now }, tunings)
}

/** An id of one's own or a UUIDv7, and the time, RFC 3339. */
export const stampOf = (
  id: string | undefined,
  runtime: Pick<Runtime, 'now' | 'randomBytes'>,
): { readonly id: string; readonly now: string } => {
  const nowMs = runtime.now()
  return { id: id ?? uuidV7(nowMs, runtime.randomBytes(10)), now: new Date(nowMs).toISOString() }
}

/** Writes a stamped activity down, in whatever names; throws `activity-too-large` or `invalid-argument`. */
export const written = (
  stamped: { readonly id: string; readonly [member: string]: unknown },
  { activityBytesMax }: Pick<Tunings, 'activityBytesMax'>,
): StampedActivity => {
  const json = writeJson(stamped)
  const bytes = Buffer.byteLength(json)
  if (bytes > activityBytesMax) {
    throw new WatchwordError('activity-too-large', `an activity holds at most ${activityBytesMax} bytes`)
  }
  return { id: stamped.id, json, bytes }
}

const writeJson = (value: object): string => {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new WatchwordError('invalid-argument', 'the activity cannot be written as JSON', { cause })
  }
}
