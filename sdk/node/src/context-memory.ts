import { createHash } from 'node:crypto'
import type { Activity } from './activity.ts'

/** Where sessions were used, of what the platform has recorded; the oldest are dropped beyond a bound. */
export type ContextMemory = {
  readonly has: (context: string) => boolean
  readonly note: (context: string) => void
}

/** An empty memory of at most `sizeMax` contexts. */
export const createContextMemory = (sizeMax: number): ContextMemory => {
  const seen = new Set<string>()
  return {
    has: (context) => seen.has(context),
    note: (context) => {
      seen.delete(context)
      seen.add(context)
      if (seen.size <= sizeMax) return
      for (const oldest of seen) {
        seen.delete(oldest)
        break
      }
    },
  }
}

/**
 * Where a session is used, as a hash of all that says so, if the activity may come later once the same was recorded: what has succeeded and is of no or
 * low sensitivity by its own word. A stolen session is used from elsewhere, and that must not wait. Undefined for everything else.
 */
export const contextOf = (activity: Activity): string | undefined => {
  if (!isTelemetry(activity)) return undefined
  const { user, session, device, deviceOwner, fingerprint, ip, userAgent, network } = activity
  const named = [user, session, device, deviceOwner, fingerprint, ip, userAgent, network]
  return createHash('sha256').update(JSON.stringify(named)).digest('base64url').slice(0, hashCharacters)
}

/** 132 bits. */
const hashCharacters = 22

const isTelemetry = ({ type, outcome, action, signals }: Activity): boolean => {
  if (signals !== undefined) return false
  if (type === 'context') return true
  if (type !== 'access' || (outcome !== undefined && outcome !== 'succeeded')) return false
  return action === undefined || action.sensitivity === 'none' || action.sensitivity === 'low'
}
