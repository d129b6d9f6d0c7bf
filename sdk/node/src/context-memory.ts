import { createHash } from 'node:crypto'
import type { Activity } from './activity.ts'
import { setNewest } from './newest-entries.ts'

/** Where sessions were used, of what the platform has recorded; the oldest are dropped beyond a bound. */
export type ContextMemory = {
  readonly note: (context: string) => void
  /** Whether all of them can wait, and are of a known context. */
  readonly knowsAll: (batch: readonly { readonly context?: string | undefined }[]) => boolean
}

/** An empty memory of at most `sizeMax` contexts. */
export const createContextMemory = (sizeMax: number): ContextMemory => {
  const seen = new Map<string, true>()
  return {
    note: (context) => setNewest(seen, context, true, sizeMax),
    knowsAll: (batch) => batch.every(({ context }) => context !== undefined && seen.has(context)),
  }
}

/**
 * A hash of where a session is used, of an activity that may come later once the same was recorded; undefined for all others. A stolen session is used from
 * elsewhere, and that must not wait. The rule and the members are ingest's: `services/ingest/src/shedding/traffic-class.ts` and `seen-contexts.ts`.
 */
export const contextOf = (activity: Activity): string | undefined => {
  if (!isTelemetry(activity)) return undefined
  const { user, session, device, deviceOwner, fingerprint, ip, userAgent, network } = activity
  const named = [user, session, device, deviceOwner, fingerprint, ip, userAgent, network]
  return createHash('sha256').update(JSON.stringify(named)).digest('base64url')
}

const isTelemetry = ({ type, outcome, action, signals }: Activity): boolean => {
  if (signals !== undefined) return false
  if (type === 'context') return true
  if (type !== 'access' || (outcome !== undefined && outcome !== 'succeeded')) return false
  return action === undefined || action.sensitivity === 'none' || action.sensitivity === 'low'
}
