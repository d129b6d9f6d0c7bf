import { isPlainObject, type Unread } from '../activities/submission.ts'
import type { SeenContexts, Sender } from './seen-contexts.ts'

/** What a request holds: `telemetry` waits when there is too much; nothing else does before the last room is taken. */
export type TrafficClass = 'telemetry' | 'sensitive'

export type Request = Readonly<{
  sender: Sender
  items: readonly Unread[]
  /** Somebody waits for the judgement. */
  isAwaited: boolean
}>

/** Tells requests apart by what they hold, and by what was taken in before. */
export interface TrafficClasses {
  /**
   * Telemetry only if all of it is: context, and access that has succeeded, of no or low sensitivity by its own word, in a context in which such
   * of its session was taken before, and that nobody waits for.
   */
  of(request: Request): TrafficClass
  /** An activity was taken in; as it was sent. */
  note(sender: Sender, value: unknown): void
}

export function createTrafficClasses(contexts: SeenContexts): TrafficClasses {
  return {
    of({ sender, items, isAwaited }) {
      if (isAwaited) return 'sensitive'
      return items.every((read) => {
        const item = read()
        return item.ok && isTelemetry(item.value) && contexts.has(sender, item.value)
      })
        ? 'telemetry'
        : 'sensitive'
    },
    note(sender, value) {
      if (isTelemetry(value)) contexts.note(sender, value)
    },
  }
}

/** As it was sent: a record is made of it only once it is let in. An action whose sensitivity nobody says may be an export. */
function isTelemetry(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isPlainObject(value)) return false
  const { type, outcome, action, signals } = value
  if (signals !== undefined) return false
  if (type === 'context') return true
  if (type !== 'access' || (outcome !== undefined && outcome !== 'succeeded')) return false
  if (action === undefined) return true
  return isPlainObject(action) && (action['sensitivity'] === 'none' || action['sensitivity'] === 'low')
}
