import type { Activity } from './activity.ts'
import type { Runtime } from './runtime.ts'
import type { Tunings } from './settings.ts'
import { uuidV7 } from './uuid-v7.ts'
import { WatchwordError } from './watchword-error.ts'

/** An activity as it will be sent, however often: its id and bytes never change after capture. */
export type StampedActivity = { readonly id: string; readonly json: string; readonly bytes: number }

/** Gives an activity its id and time and writes it down; throws `activity-too-large` or `invalid-argument`. */
export const stampActivity = (activity: Activity, tunings: Tunings, runtime: Runtime): StampedActivity => {
  const nowMs = runtime.now()
  const id = activity.id ?? uuidV7(nowMs, runtime.randomBytes(10))
  const json = writeJson({ ...activity, id, time: activity.time ?? new Date(nowMs).toISOString() })
  const bytes = Buffer.byteLength(json)
  if (bytes > tunings.activityBytesMax) {
    throw new WatchwordError('activity-too-large', `an activity holds at most ${tunings.activityBytesMax} bytes`)
  }
  return { id, json, bytes }
}

const writeJson = (value: object): string => {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new WatchwordError('invalid-argument', 'the activity cannot be written as JSON', { cause })
  }
}
