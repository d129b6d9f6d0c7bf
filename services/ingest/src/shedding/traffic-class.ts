import { isPlainObject, type Unread } from '../activities/submission.ts'
import type { SeenContexts } from './seen-contexts.ts'

/** What a request holds: `telemetry` waits when there is too much; nothing else does before the last room is taken. */
export type TrafficClass = 'telemetry' | 'sensitive'

export type Request = Readonly<{
  tenant: string
  items: readonly Unread[]
  /** Somebody waits for the judgement. */
  isAwaited: boolean
}>

/**
 * Telemetry only if all of it is: context, and access that has succeeded, of no or low sensitivity by its own word, in a context where the session
 * was seen before, and that nobody waits for.
 */
export function trafficClassOf(
  { tenant, items, isAwaited }: Request,
  contexts: Pick<SeenContexts, 'has'>,
): TrafficClass {
  if (isAwaited) return 'sensitive'
  return items.every((read) => {
    const item = read()
    return item.ok && isPlainObject(item.value) && isTelemetry(item.value) && contexts.has(tenant, item.value)
  })
    ? 'telemetry'
    : 'sensitive'
}

/** As it was sent: a record is made of it only once it is let in. An action whose sensitivity nobody says may be an export. */
function isTelemetry({ type, outcome, action, signals }: Readonly<Record<string, unknown>>): boolean {
  if (signals !== undefined) return false
  if (type === 'context') return true
  if (type !== 'access' || (outcome !== undefined && outcome !== 'succeeded')) return false
  return action === undefined || (isPlainObject(action) && ['none', 'low'].includes(String(action['sensitivity'])))
}
