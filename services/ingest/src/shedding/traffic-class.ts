import { isPlainObject, type Unread } from '../activities/submission.ts'

/** What a request holds: `telemetry` waits when there is too much; nothing else does before the last room is taken. */
export type TrafficClass = 'telemetry' | 'sensitive'

/** Telemetry only if all of it is: context and access that has happened, of no sensitivity, and that nobody waits for. */
export function trafficClassOf(items: readonly Unread[], isAwaited: boolean): TrafficClass {
  if (isAwaited) return 'sensitive'
  return items.every((read) => {
    const item = read()
    return item.ok && isTelemetry(item.value)
  })
    ? 'telemetry'
    : 'sensitive'
}

const calm: readonly unknown[] = [undefined, 'none', 'low']

/** As it was sent: a record is made of it only once it is let in. */
function isTelemetry(activity: unknown): boolean {
  if (!isPlainObject(activity)) return false
  const { type, outcome, action, signals } = activity
  if (signals !== undefined) return false
  if (type === 'context') return true
  const sensitivity = isPlainObject(action) ? action['sensitivity'] : undefined
  return type === 'access' && outcome !== 'attempted' && calm.includes(sensitivity)
}
